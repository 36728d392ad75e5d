package io.xywebsocket.test;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import io.xywebsocket.transport.CloseCodes;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a connection to an application under test: it calls and sends events as any {@link XyCaller}, and a test
 * awaits on it what the application calls and sends. What has been received stays until it is awaited, so the order in which
 * a test awaits events and calls of different names is its own; those of one name are taken in the order in which they came.
 * Thread-safe.
 *
 * <p>Waits, those for answers too, fail with an {@link AssertionError} that says what was received instead, after 5 s of real time
 * unless {@linkplain XyTestPeerBuilder#patience set otherwise}; whatever the endpoint's clock says. So its calls have no deadline that a
 * handler could miss; one that has is {@link #sendText}. Cancelling a call's future cancels the call.
 *
 * @since 0.1
 */
public final class XyTestPeer implements XyCaller, AutoCloseable {

    /** How a connection ended; the code is 1006 if there was no close frame. */
    public record End(int code, String reason) {}

    /** What a side hears that gets a close frame without a code. */
    private static final int NO_CODE = 1005;

    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final PeerGroup peers;
    private final FarEnd end;
    private final Duration patience;

    XyTestPeer(PeerGroup peers, FarEnd end, Duration patience) {
        this.peers = peers;
        this.end = end;
        this.patience = patience;
    }

    // ---- what the peer does

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        return call(function, payload, type, patience);
    }

    <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type, Duration atMost) {
        return end.call(function, payload, type, atMost);
    }

    @Override
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        return await(function, payload, type, patience);
    }

    <T> T await(String function, @Nullable Object payload, XyType<T> type, Duration atMost) {
        try {
            return call(function, payload, type, atMost).get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof XyException || cause instanceof AssertionError) {
                cause.fillInStackTrace(); // what is of interest is the test's line
            }
            if (cause instanceof XyException rejection) {
                throw rejection;
            }
            throw cause instanceof AssertionError failure ? failure : new AssertionError(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for '" + function + "'", e);
        }
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        return end.send(event, payload);
    }

    /** Sends a text as it is, be it a frame or not. */
    public void sendText(String text) {
        try {
            end.wire.send(text);
        } catch (IOException closed) {
            throw new XyNotConnectedException("Not connected: " + text);
        }
    }

    /** {@inheritDoc} Here it is the real time after which waiting for an answer fails. */
    @Override
    public XyCaller withTimeout(Duration timeout) {
        return new PatientCaller(this, timeout);
    }

    // ---- what the application does

    /** Awaits an event, see {@link #awaitEvent(String, XyType)}. */
    public <T> T awaitEvent(String name, Class<T> type) {
        return awaitEvent(name, XyType.of(type));
    }

    /**
     * Awaits an event of the application's.
     *
     * @return its payload; null if it has none
     */
    public <T> T awaitEvent(String name, XyType<T> type) {
        return end.read(end.take(Received.Kind.EVENT, name, patience), type);
    }

    /** Awaits an event whatever its payload, see {@link #awaitEvent(String, XyType)}. */
    public XyPayload awaitEvent(String name) {
        return awaitEvent(name, XyPayload.class);
    }

    /** Awaits a call, see {@link #awaitCall(String, XyType)}. */
    public <T> XyTestCall<T> awaitCall(String name, Class<T> type) {
        return awaitCall(name, XyType.of(type));
    }

    /** Awaits a call of the application's that {@link #onCall} doesn't answer; the test answers it, or doesn't. */
    public <T> XyTestCall<T> awaitCall(String name, XyType<T> type) {
        Received received = end.take(Received.Kind.CALL, name, patience);
        return new XyTestCall<>(end, received, end.read(received, type), patience);
    }

    /** Awaits a call whatever its payload, see {@link #awaitCall(String, XyType)}. */
    public XyTestCall<XyPayload> awaitCall(String name) {
        return awaitCall(name, XyPayload.class);
    }

    /**
     * Answers from now on the calls of a function, whatever their payload, see {@link #onCall(String, XyType,
     * XyHandlers.TypedFunction)}.
     */
    public XyTestPeer onCall(String name, Callable<? extends @Nullable Object> function) {
        end.script(name, received -> function.call());
        return this;
    }

    /** Answers from now on the calls of a function, see {@link #onCall(String, XyType, XyHandlers.TypedFunction)}. */
    public <I> XyTestPeer onCall(
            String name, Class<I> type, XyHandlers.TypedFunction<I, ? extends @Nullable Object> function) {
        return onCall(name, XyType.of(type), function);
    }

    /**
     * Answers from now on the calls of a function.
     *
     * @param function an {@link XyException} that it throws rejects the call; whatever else it throws does so too, and fails the next
     *     wait of the test. It may wait for this peer.
     * @return this peer
     */
    public <I> XyTestPeer onCall(
            String name, XyType<I> type, XyHandlers.TypedFunction<I, ? extends @Nullable Object> function) {
        end.script(name, received -> function.call(end.read(received, type)));
        return this;
    }

    /** Awaits the next text, whatever is in it; answers to this peer's own calls are not among them. */
    public String awaitText() {
        return end.inbox.take("text", patience, received -> true).text();
    }

    /**
     * Asserts that everything received has been awaited. Before it looks, it waits until the handlers of all that these {@link XyTestPeers}
     * have sent are finished and what they have sent has arrived; 200 ms if they may be waiting for answers that the test owes them, else
     * as long as for anything. What the application does by itself, later or on threads of its own, isn't waited for.
     */
    public void assertNoMore() {
        peers.letBeHandled(patience);
        end.inbox.assertNone("events and calls", received -> true);
    }

    /** Asserts that there is no event and no call of this name that has not been awaited, see {@link #assertNoMore()}. */
    public void assertNoMore(String name) {
        peers.letBeHandled(patience);
        end.inbox.assertNone("'" + name + "'", received -> received.name().equals(name));
    }

    // ---- the connection

    /** This connection as the application sees it. */
    public XyPeer peer() {
        XyPeer view = end.view;
        if (view == null) {
            throw new IllegalStateException(
                    "The application didn't take this peer: it is shutting down, or still connecting");
        }
        return view;
    }

    /** The id by which the application knows this peer. */
    public String id() {
        return peer().id();
    }

    /** Whether the connection has not ended. */
    public boolean isOpen() {
        return end.inbox.isOpen();
    }

    /** Awaits the end of the connection, by whichever side. */
    public End awaitEnd() {
        return end.inbox.awaitEnd(patience);
    }

    /** Reads nothing from now on, and so answers no ping. The wire holds 64 KiB; then what the application sends waits in its send buffer. */
    public void stopReading() {
        end.wire.pauseReading();
    }

    /** Reads on after {@link #stopReading}. */
    public void readOn() {
        end.wire.resumeReading();
    }

    /** Closes the connection with code 1000. */
    @Override
    public void close() {
        close(1000, "");
    }

    /**
     * Closes the connection, and waits until the application has been told: until its listeners of disconnections have returned, or
     * for a second. A second time does nothing.
     *
     * @param code   a close code, RFC 6455 §7.4: 1000 to 1003, 1007 to 1014 or 3000 to 4999; or 1005 for a close frame without a code
     * @param reason a text of at most 123 UTF-8 bytes
     * @throws IllegalArgumentException if the code is another one, which no close frame may bear. For 1006 see {@link #abort()}
     */
    public void close(int code, String reason) {
        if (code != NO_CODE) {
            var unused = CloseCodes.sendable(code);
        }
        int leaving = peers.leaving();
        try {
            end.wire.close(code, reason);
        } catch (IOException closed) {
            // then it is what was wanted
        }
        if (!RealTime.await(GOODBYE, end.wire::hasEngineEnded)) {
            end.wire.abort();
        }
        RealTime.await(GOODBYE, () -> peers.leaving() <= leaving);
    }

    /** Ends the connection without a close frame, as a process does that dies; otherwise as {@link #close(int, String)}. */
    public void abort() {
        int leaving = peers.leaving();
        end.wire.abort();
        RealTime.await(GOODBYE, () -> end.wire.hasEngineEnded() && peers.leaving() <= leaving);
    }

    @Override
    public String toString() {
        return "XyTestPeer[" + (end.view == null ? "" : id()) + "]";
    }

    // ---- for the rest of the kit

    boolean isOver() {
        return end.wire.isOver();
    }

    boolean owesAnswers() {
        return end.owesAnswers();
    }

    BooleanSupplier arrival() {
        return end.arrival();
    }

    BooleanSupplier handled() {
        return end.handled();
    }
}
