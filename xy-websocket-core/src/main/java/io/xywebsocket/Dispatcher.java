package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import io.xywebsocket.transport.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns frames into calls, events and answers: where what has arrived goes. Runs no user code but the rate limit. One for all connections
 * of an endpoint; stateless.
 */
final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    /** The ping of those who can't ping: JavaScript clients in browsers. */
    static final String ALIVE = "xy.alive";

    private final XyEndpoint endpoint;

    Dispatcher(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * To be called by the thread that reads the connection.
     *
     * @param bytes what the frame had, all in all
     */
    void dispatch(Connection connection, Frame frame, int bytes) {
        if (!(frame instanceof Frame.Call call && call.name().equals(ALIVE))) {
            connection.said();
        }
        if (frame instanceof Frame.Call call && (Names.isTooLong(call.name()) || Names.isIdTooLong(call.id()))) {
            refuse(connection, call);
            return;
        }
        if (!connection.admission.admits(frame)) {
            return;
        }
        if (frame instanceof Frame.Call call) {
            call(connection, call, bytes);
        } else if (frame instanceof Frame.Event event) {
            event(connection, event, bytes);
        } else if (frame instanceof Frame.Resolve resolve) {
            settle(connection, resolve.id(), new PendingCall.Answered(resolve.payload()));
        } else if (frame instanceof Frame.Reject reject) {
            settle(connection, reject.id(), new PendingCall.Rejected(reject.payload()));
        } else if (frame instanceof Frame.Cancel cancel) {
            if (!connection.lane.limited.cancel(cancel.id())) {
                connection.admission.countOther();
            }
        } else {
            endpoint.counters.ignoredFrames.increment();
        }
    }

    private void call(Connection connection, Frame.Call call, int bytes) {
        if (call.id() == null) {
            connection.reject(call.name(), null, new XyException(400, "A call needs an id"));
        } else if (call.name().equals(ALIVE)) { // behind nothing that waits
            connection.reject(call.name(), call.id(), new XyException(404, "'xy.alive' not found"));
        } else if (endpoint.isShuttingDown()) {
            connection.reject(call.name(), call.id(), new XyException(503, "Shutting down"));
        } else {
            CallEntry entry =
                    call.ttl() > 0 ? new LimitedCall(connection, call, bytes) : new CallEntry(connection, call, bytes);
            if (connection.gate.admit(entry.bytes, true) == ReadGate.Admission.FULL) {
                endpoint.counters.refusedCalls.increment();
                connection.reject(call.name(), call.id(), new XyException(429, "Too many calls at once"));
            } else if (!endpoint.received.takesCall()) {
                connection.gate.release(entry.bytes);
                connection.refuse(call.name(), call.id());
            } else {
                connection.lane.add(entry);
            }
        }
    }

    /** What is too long is not repeated: neither the id, without which nobody knows what is answered, nor the rest of the name. */
    private static void refuse(Connection connection, Frame.Call call) {
        boolean id = Names.isIdTooLong(call.id());
        Frame.Call shorter = new Frame.Call(Names.beginning(call.name()), null, id ? null : call.id(), call.ttl());
        if (connection.admission.admits(shorter)) {
            String what = id ? "id longer than " + Names.MAX_ID : "name longer than " + Names.MAX_NAME;
            connection.endpoint.counters.refusedCalls.increment();
            connection.reject(
                    shorter.name(),
                    shorter.id(),
                    new XyException(400, "The call has " + (id ? "an " : "a ") + what + " characters"));
        }
    }

    private void event(Connection connection, Frame.Event event, int bytes) {
        EventEntry entry = new EventEntry(connection, event, bytes);
        if (connection.gate.admit(entry.bytes, false) == ReadGate.Admission.BROKEN) {
            connection.violation(1008, "receive buffer exceeded");
        } else {
            connection.lane.add(entry);
            endpoint.received.tookEvent();
        }
    }

    private void settle(Connection connection, @Nullable String callId, PendingCall.Outcome outcome) {
        if (!connection.calls.settle(callId, outcome)) {
            endpoint.counters.unmatchedAnswers.increment();
            LogText.quietly(
                    () -> log.debug("An answer from peer {} to a call that is not pending is dropped", connection.id));
            connection.admission.countOther();
        }
    }
}
