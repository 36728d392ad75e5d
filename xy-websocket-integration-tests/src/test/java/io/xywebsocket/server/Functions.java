package io.xywebsocket.server;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;

/** What the applications of these tests offer to their peers. */
class Functions implements DisposableBean {

    record Item(String sku, int amount) {}

    final List<String> notes = new CopyOnWriteArrayList<>();
    final AtomicInteger held = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    // ---- annotated

    @XyRpc
    @Nullable
    Object echo(@Nullable Object value) {
        return value;
    }

    @XyRpc
    String order(Item item) {
        return item.amount() + " of " + item.sku();
    }

    @XyRpc
    int add(int a, int b) {
        return a + b;
    }

    @XyRpc
    void nothing() {}

    @XyRpc
    @Nullable
    Object nil() {
        return null;
    }

    @XyRpc("text.later")
    CompletableFuture<String> later(String text) {
        return CompletableFuture.supplyAsync(() -> text + ", later");
    }

    @XyRpc
    String fail(String secret) {
        throw new IllegalStateException(secret);
    }

    @XyRpc
    String conflict() {
        throw new XyException(409, "conflict").with("code", "E42");
    }

    @XyRpc
    Object unserialisable() {
        return new Object() {
            @SuppressWarnings("unused")
            public String getName() {
                throw new IllegalStateException("no name");
            }
        };
    }

    /** Asks its caller, who is called "answer" for that. */
    @XyRpc
    String ask(String question, XyPeer peer) {
        return "they say " + peer.await("answer", question, String.class);
    }

    @XyEvent
    void note(String text) {
        notes.add(text);
    }

    @XyRpc
    List<String> notes() {
        return List.copyOf(notes);
    }

    // ---- those that wait

    /** Returns when {@link #letGo} is called. */
    @XyRpc
    Object hold(Object value) throws InterruptedException {
        pass();
        return value;
    }

    /** An event whose listener returns when {@link #letGo} is called. */
    @XyEvent
    void held(Object value) throws InterruptedException {
        pass();
    }

    private void pass() throws InterruptedException {
        CountDownLatch until = gate;
        held.incrementAndGet();
        try {
            if (!until.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let go");
            }
        } finally {
            held.decrementAndGet();
        }
    }

    void letGo() {
        gate.countDown();
    }

    /** A handler that outlived its application would fail, and log that, within another test. */
    @Override
    public void destroy() {
        letGo();
    }

    /** From now on {@link #hold} holds again. */
    void holdAgain() {
        gate = new CountDownLatch(1);
    }
}
