package io.xywebsocket.engine;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.concurrent.Writers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One of the two endpoints of a {@link Model}, with a function and a listener of each kind. */
final class ModelSide implements XyConnectionListener {

    /** One for all, as it takes longer to make than a run does. */
    private static final XyJson JSON = XyJson.plain();

    final XyEndpoint endpoint;

    /** Whether its bounds are such that peers get into them. */
    final boolean narrow;

    /** Whether what it sends may have gaps. */
    final boolean losesEvents;

    final Map<XyPeer, ModelEnd> ends = new HashMap<>();

    /** So many of the next tasks are refused. */
    int refusals;

    boolean hasRefused;
    boolean hasShutDown;

    private final Model model;
    private final CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> shutdown = idle;
    private @Nullable XyRegistration toggledFunction;
    private @Nullable XyRegistration toggledListener;

    ModelSide(Model model, @Nullable XyLimits limits, XySlowPeerPolicy policy) {
        this.model = model;
        this.narrow = limits != null;
        this.losesEvents = narrow && policy == XySlowPeerPolicy.DROP_OLDEST;
        XyEndpointBuilder settings = XyEndpoint.builder()
                .json(JSON)
                .clock(model.clock)
                .executor(this::execute)
                .limits(limits == null ? XyLimits.DEFAULT : limits)
                .slowPeers(policy)
                .connectionListener(this);
        settings.writers = new Writers(model.threads);
        this.endpoint = settings.build();
        offerFunctions(endpoint.handlers());
        listen(endpoint.handlers());
        toggle();
    }

    private void execute(Runnable task) {
        if (refusals > 0) {
            refusals--;
            hasRefused = true;
            throw new RejectedExecutionException();
        }
        model.threads.execute(task);
    }

    private void offerFunctions(XyHandlers handlers) {
        offer(handlers, ModelCall.Kind.ECHO, (call, end) -> call.number);
        offer(handlers, ModelCall.Kind.FAILS, (call, end) -> {
            throw new XyException(418, "no");
        });
        offer(handlers, ModelCall.Kind.SLOW, (call, end) -> {
            model.meanwhile();
            return call.number;
        });
        offer(handlers, ModelCall.Kind.LATER, (call, end) -> model.later(call.number));
        offer(handlers, ModelCall.Kind.NEVER, (call, end) -> new CompletableFuture<>());
        offer(handlers, ModelCall.Kind.BACK, (call, end) -> {
            call.nested = model.call(end, ModelCall.Kind.ECHO, Duration.ofSeconds(1), true);
            return call.nested.future;
        });
    }

    private interface Body {
        Object answer(ModelCall call, ModelEnd end);
    }

    private XyRegistration offer(XyHandlers handlers, ModelCall.Kind kind, Body body) {
        return handlers.register(kind.function(), int[].class, (numbers, peer) -> {
            ModelCall call = model.calls.get(numbers[0]);
            ModelEnd end = end(peer);
            call.starts(end, numbers[1]);
            return body.answer(call, end);
        });
    }

    private void listen(XyHandlers handlers) {
        handlers.on("note", Integer.class, (event, peer) -> end(peer).hears(event));
        handlers.on("latest", Integer.class, (event, peer) -> end(peer).hearsLatest(event));
        handlers.on("failing", Integer.class, (event, peer) -> {
            end(peer).hears(event);
            throw new XyException(418, "no");
        });
        handlers.on("calling", Integer.class, (event, peer) -> {
            end(peer).hears(event);
            model.call(end(peer), ModelCall.Kind.ECHO, Duration.ofSeconds(1), true);
        });
        handlers.on("lasting", Integer.class, (event, peer) -> {
            end(peer).hears(event);
            model.meanwhile();
        });
        handlers.on("staged", (XyListener.Awaited) (name, payload, peer) -> {
            end(peer).hears(payload.as(Integer.class));
            return model.later(0);
        });
        handlers.onUnhandled((name, payload, peer) -> end(peer).hears(payload.as(Integer.class)));
    }

    /** A function and a listener come, or go. The listener's events are heard all the same: then nobody else hears them. */
    void toggle() {
        if (toggledFunction == null) {
            toggledFunction = offer(endpoint.handlers(), ModelCall.Kind.TOGGLED, (call, end) -> call.number);
        } else {
            toggledFunction.close();
            toggledFunction = null;
        }
        if (toggledListener == null) {
            toggledListener = endpoint.handlers()
                    .on("toggled", Integer.class, (event, peer) -> end(peer).hears(event));
        } else {
            toggledListener.close();
            toggledListener = null;
        }
    }

    /** Goes down, or comes up again once it is down. */
    void shutDownOrReopen() {
        if (shutdown == idle) {
            hasShutDown = true;
            ends.values().forEach(end -> end.mayEnd = true);
            shutdown = endpoint.shutdown(Duration.ofMillis(200));
        } else if (shutdown.isDone()) {
            endpoint.reopen();
            shutdown = idle;
        }
    }

    private ModelEnd end(XyPeer peer) {
        return ends.get(peer);
    }

    @Override
    public void connected(XyPeer peer) {
        end(peer).connected();
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        end(peer).disconnected(code, reason);
    }
}
