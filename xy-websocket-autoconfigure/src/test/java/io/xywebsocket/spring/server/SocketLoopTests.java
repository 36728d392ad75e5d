package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The threads that read sockets: how many there are, and when they end. */
class SocketLoopTests {

    private final SocketLoops loops = new SocketLoops(2);

    /** The end of a pipe. */
    private static class End implements SocketLoop.Member {

        final BlockingQueue<Throwable> lost = new LinkedBlockingQueue<>();
        final BlockingQueue<Thread> heard = new LinkedBlockingQueue<>();
        final Pipe pipe;
        volatile @Nullable Selector selector;
        volatile boolean leaving;
        volatile @Nullable SocketLoop loop;

        End() {
            try {
                pipe = Pipe.open();
                pipe.source().configureBlocking(false);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        End in(SocketLoops loops) throws IOException {
            loop = loops.add(this);
            return this;
        }

        void send() throws IOException {
            pipe.sink().write(ByteBuffer.allocate(1));
        }

        void leave() {
            leaving = true;
            loop.call(this);
        }

        @Override
        public void attend(Selector by) {
            try {
                selector = by;
                if (leaving) {
                    pipe.source().close();
                    loop.remove(this);
                } else {
                    pipe.source().register(by, SelectionKey.OP_READ, this);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void ready() {
            try {
                pipe.source().read(ByteBuffer.allocate(1));
                heard.add(Thread.currentThread());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void check() {}

        @Override
        public void lost(Throwable cause) {
            lost.add(cause);
        }
    }

    @Test
    void givesEachSocketToTheLoopWithTheFewest() throws Exception {
        List<End> ends = Stream.generate(End::new).limit(6).toList();
        for (End end : ends) {
            end.in(loops);
        }
        assertThat(ends.stream().map(end -> end.loop).distinct()).hasSize(2).allSatisfy(loop -> assertThat(loop.size())
                .isEqualTo(3));
        for (End end : ends) {
            end.send();
        }
        for (End end : ends) {
            assertThat(end.heard.take().getName()).startsWith("xy-socket-");
        }
        SocketLoop first = ends.get(0).loop;
        ends.stream().filter(end -> end.loop == first).forEach(End::leave);
        await().until(() -> first.size() == 0);

        assertThat(new End().in(loops).loop).isNotSameAs(ends.get(1).loop);

        ends.stream().filter(end -> end.loop != first).forEach(End::leave);
    }

    @Test
    void endsWithItsLastSocketAndIsStartedAnew() throws Exception {
        SocketLoops one = new SocketLoops(1);
        for (int i = 0; i < 100; i++) {
            End end = new End().in(one);
            end.send();
            Thread thread = end.heard.take();

            end.leave();

            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
            assertThat(end.selector.isOpen()).isFalse();
            assertThat(end.lost).isEmpty();
        }
    }

    @Test
    void retainsNoSocketAfterItsEnd() throws Exception {
        SocketLoops one = new SocketLoops(1);
        WeakReference<End> last = comeAndGo(one);

        await().until(() -> {
            System.gc();
            return last.refersTo(null);
        });
        assertThat(new End().in(one).loop.size()).isOne();
    }

    private static WeakReference<End> comeAndGo(SocketLoops loops) throws Exception {
        End end = new End().in(loops);
        end.send();
        Thread thread = end.heard.take();
        end.leave();
        thread.join();
        return new WeakReference<>(end);
    }

    @Test
    void losesASocketThatFailsAndNoOther() throws Exception {
        SocketLoops one = new SocketLoops(1);
        AssertionError failure = new AssertionError("of the test");
        End bystander = new End().in(one);
        End failing = new End() {
            @Override
            public void ready() {
                leaving = true;
                loop.call(this);
                throw failure;
            }
        };
        failing.in(one);
        failing.send();

        assertThat(failing.lost.take()).isSameAs(failure);
        bystander.send();
        bystander.heard.take();
        assertThat(bystander.lost).isEmpty();
        bystander.leave();
    }

    @Test
    void losesItsSocketsIfItFailsAndOthersGetAnother() throws Exception {
        SocketLoops one = new SocketLoops(1);
        End bystander = new End().in(one);
        End failing = new End() {
            @Override
            public void ready() {
                try {
                    selector.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        failing.in(one);
        failing.send();

        assertThat(failing.lost.take()).isInstanceOf(ClosedSelectorException.class);
        assertThat(bystander.lost.take()).isInstanceOf(ClosedSelectorException.class);
        assertThat(bystander.selector.isOpen()).isFalse();
        End next = new End().in(one);
        next.send();
        next.heard.take();
        assertThat(next.loop).isNotSameAs(bystander.loop);
        assertThat(bystander.lost).isEmpty();
        next.leave();
    }

    @Test
    void goesOnWhenItsThreadIsInterrupted() throws Exception {
        End end = new End().in(loops);
        end.send();
        Thread thread = end.heard.take();

        thread.interrupt();
        end.send();

        assertThat(end.heard.take()).isSameAs(thread);
        assertThat(end.pipe.source().isOpen()).isTrue();
        end.leave();
    }
}
