package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyLimits;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.untrusted.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns frames into calls, events and answers. Runs no user code except the rate limit. Stateless, one per endpoint.
 */
final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final EngineContext context;

    Dispatcher(EngineContext context) {
        this.context = context;
    }

    /**
     * Dispatches a frame. Called on the reading thread.
     *
     * @param bytes the size of the frame
     */
    void dispatch(Connection connection, Frame frame, int bytes) {
        if (!(frame instanceof Frame.Call call && call.name().equals(Names.ALIVE))) {
            connection.onTraffic();
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
            if (!connection.inbound.deadlines.cancel(cancel.id())) {
                connection.admission.countOther();
            }
        } else {
            context.counters().ignoredFrames.increment();
        }
    }

    private void call(Connection connection, Frame.Call call, int bytes) {
        if (call.id() == null) {
            connection.reject(call.name(), null, new XyException(400, "A call needs an id"));
        } else if (call.name().equals(Names.ALIVE)) { // answered ahead of waiting calls
            connection.reject(call.name(), call.id(), new XyException(404, "'xy.alive' not found"));
        } else if (context.isShuttingDown()) {
            connection.reject(call.name(), call.id(), new XyException(503, "Shutting down"));
        } else {
            CallEntry entry = call.ttl() > 0
                    ? new CallWithDeadline(connection, call, bytes)
                    : new CallEntry(connection, call, bytes);
            if (connection.receiveBuffer.admit(entry.bytes, true) == ReceiveBuffer.Admission.FULL) {
                context.counters().refusedCalls.increment();
                connection.reject(call.name(), call.id(), new XyException(429, "Too many calls at once"));
            } else if (!context.receivedBytes().admitsCall()) {
                connection.receiveBuffer.release(entry.bytes);
                connection.refuse(call.name(), call.id(), TrafficLog.now(context.clock()));
            } else {
                connection.inbound.add(entry);
            }
        }
    }

    /** Refuses a call with too long a name or id, neither of which is repeated in full. */
    private void refuse(Connection connection, Frame.Call call) {
        boolean id = Names.isIdTooLong(call.id());
        Frame.Call shorter = new Frame.Call(Names.beginning(call.name()), null, id ? null : call.id(), call.ttl());
        if (connection.admission.admits(shorter)) {
            String what = id ? "id longer than " + XyLimits.MAX_ID : "name longer than " + XyLimits.MAX_NAME;
            context.counters().refusedCalls.increment();
            connection.reject(
                    shorter.name(),
                    shorter.id(),
                    new XyException(400, "The call has " + (id ? "an " : "a ") + what + " characters"));
        }
    }

    private void event(Connection connection, Frame.Event event, int bytes) {
        EventEntry entry = new EventEntry(context, connection.peer, connection.failures, event, bytes);
        if (connection.receiveBuffer.admit(entry.bytes, false) == ReceiveBuffer.Admission.VIOLATION) {
            connection.onViolation(1008, "receive buffer exceeded");
        } else {
            connection.inbound.add(entry);
            context.receivedBytes().onEvent();
        }
    }

    private void settle(Connection connection, @Nullable String callId, PendingCall.Outcome outcome) {
        if (!connection.calls.settle(callId, outcome)) {
            context.counters().unmatchedAnswers.increment();
            LogText.quietly(
                    () -> log.debug("An answer from peer {} to a call that is not pending is dropped", connection.id));
            connection.admission.countOther();
        }
    }
}
