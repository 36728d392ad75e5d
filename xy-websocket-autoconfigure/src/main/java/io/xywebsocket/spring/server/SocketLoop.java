package io.xywebsocket.spring.server;

import io.xywebsocket.concurrent.DaemonThread;
import io.xywebsocket.untrusted.LogText;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that waits, with one selector, for what happens on many sockets. It ends with its last socket. Thread-safe. */
final class SocketLoop {

    private static final Logger log = LoggerFactory.getLogger(SocketLoop.class);

    /** The interval of looks for sockets that somebody else has closed, of which a selector says nothing. */
    private static final long CHECK_MILLIS = 500;

    /** A socket, as its loop sees it. Called on the loop's thread, which it must not block; it is {@link #lost} if it throws. */
    interface Member {

        /** After {@link SocketLoops#add}, and after each {@link #call}. The loop has a key of the socket from the first time on. */
        void attend(Selector selector);

        /** Something has happened that the socket's key is interested in. */
        void ready();

        /** Every now and then. */
        void check();

        /** It has failed, or the loop has. */
        void lost(Throwable cause);
    }

    private final Selector selector;
    private final Thread thread;
    private final Consumer<SocketLoop> ended;
    private final Queue<Member> called = new ConcurrentLinkedQueue<>();
    private final Set<Member> members = ConcurrentHashMap.newKeySet(); // grows with the lock only

    // guarded by this: whether it takes no more members
    private boolean over;

    // only for its thread
    private long lastCheck = System.nanoTime();

    /**
     * Creates a loop that {@link #start} starts.
     *
     * @param ended is told, on any thread, once the loop takes no more members
     */
    SocketLoop(String name, Consumer<SocketLoop> ended) throws IOException {
        this.selector = Selector.open();
        this.ended = ended;
        this.thread = new Thread(null, this::run, name, 0, false);
        DaemonThread.prepare(thread);
    }

    /** To be called once there is a member. */
    void start() {
        try {
            thread.start();
        } catch (Throwable e) { // no thread can be made
            end(null);
            throw e;
        }
    }

    int size() {
        return members.size();
    }

    /** Returns false if the loop has ended. */
    synchronized boolean add(Member member) {
        if (over) {
            return false;
        }
        members.add(member);
        call(member);
        return true;
    }

    /** Has the loop's thread {@linkplain Member#attend attend} to a member. */
    void call(Member member) {
        called.add(member);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** The member has closed its socket. Called on the loop's thread. */
    void remove(Member member) {
        members.remove(member);
    }

    private void run() {
        Throwable failure = null;
        try {
            while (!isDone()) {
                selector.select(SocketLoop::ready, CHECK_MILLIS);
                clearInterrupt();
                check();
                attendToCalled(); // last: what is called here wakes nobody
            }
        } catch (Throwable e) {
            failure = e;
        }
        end(failure);
    }

    private void attendToCalled() {
        for (Member next = called.poll(); next != null; next = called.poll()) {
            Member member = next;
            tell(member, () -> member.attend(selector));
        }
    }

    private static void ready(SelectionKey key) {
        clearInterrupt();
        Member member = (Member) key.attachment();
        tell(member, member::ready);
    }

    /** With an interrupt, a selector waits no more and the socket that is read next is closed. */
    private static void clearInterrupt() {
        var unused = Thread.interrupted();
    }

    private void check() {
        long now = System.nanoTime();
        if (now - lastCheck >= TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS)) {
            lastCheck = now;
            members.forEach(member -> tell(member, member::check));
        }
    }

    /** One that fails, for want of memory mostly, must not end the others. */
    private static void tell(Member member, Runnable what) {
        try {
            what.run();
        } catch (RuntimeException | Error e) {
            lose(member, e);
        }
    }

    private synchronized boolean isDone() {
        over = members.isEmpty();
        return over;
    }

    private void end(@Nullable Throwable failure) {
        synchronized (this) {
            over = true;
        }
        try {
            selector.close(); // which lets go of the sockets that are closed
        } catch (IOException e) {
            LogText.quietly(() -> log.debug("A selector could not be closed", LogText.of(e)));
        }
        if (failure != null) {
            LogText.quietly(() -> log.error(
                    "The thread that reads {} connections has failed: they end", members.size(), LogText.of(failure)));
            members.forEach(member -> lose(member, failure));
        }
        members.clear();
        called.clear();
        ended.accept(this);
    }

    private static void lose(Member member, Throwable cause) {
        try {
            member.lost(cause);
        } catch (RuntimeException | Error e) { // the others are to hear of it still
            LogText.quietly(() -> log.error("A connection could not be ended", LogText.of(e)));
        }
    }
}
