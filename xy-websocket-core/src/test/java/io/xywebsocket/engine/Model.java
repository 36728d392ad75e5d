package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyException;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.transport.InMemoryTransport;
import io.xywebsocket.transport.SteppedWire;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Two endpoints, the connections between them and all that can happen to these, on one thread and in virtual time: the same choices
 * make the same run. What happens is held against a model that knows how each call may end and what may be heard when. Not
 * thread-safe.
 */
final class Model {

    private static final int MANY_STEPS = 100_000;

    /** Less than any deadline of a connection that is served. */
    private static final long HARMLESS = Duration.ofSeconds(5).toNanos();

    final Choices choices;
    final ManualClock clock = new ManualClock();
    final SteppedThreads threads = new SteppedThreads();
    final List<ModelSide> sides;
    final List<ModelCall> calls = new ArrayList<>();

    /** The latest connection, open or not. */
    List<ModelEnd> current = List.of();

    /** What finishes the stages that handlers have returned. */
    final List<Runnable> open = new ArrayList<>();

    /** What has happened so far. */
    final List<String> course = new ArrayList<>();

    /** The ends of the connections that are not over. */
    private final List<ModelEnd> ends = new ArrayList<>();

    private final ModelActs acts = new ModelActs(this);
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Integer> tally = new TreeMap<>();
    private int depth;
    private long unserved;

    Model(Choices choices) {
        this.choices = choices;
        this.sides = List.of(side(), side());
        connect();
    }

    private ModelSide side() {
        XyLimits limits =
                switch (choices.below(6)) {
                    case 4 -> WithEndpoints.sendBuffer(400);
                    case 5 -> WithEndpoints.receiveBuffer(1000, 2);
                    default -> null;
                };
        return new ModelSide(this, limits, choices.of(Arrays.asList(XySlowPeerPolicy.values())));
    }

    // ---- a run

    /** Something happens, and a part of what follows from it. */
    void act() {
        choices.of(acts.all).run();
        for (int steps = choices.below(4); steps > 0; steps--) {
            step();
        }
        if (current.stream().noneMatch(end -> end.peer.isOpen()) && choices.oneIn(3)) {
            connect();
        }
    }

    /** Lets everything come to its end, and sees that nothing is left. */
    void finish() {
        course.add("calm down");
        ends.forEach(end -> end.stalled = false);
        sides.forEach(side -> side.refusals = 0);
        for (int i = 0; i < 5 || !open.isEmpty(); i++) {
            List<Runnable> all = List.copyOf(open);
            open.clear();
            all.forEach(Runnable::run);
            tick(Duration.ofMillis(25)); // what was refused is tried again
            settle();
        }
        checkThatAllHasArrived();
        course.add("calls end");
        pass(Duration.ofSeconds(6));
        calls.forEach(call -> check(call.isOver(), call + " has not ended"));
        course.add("connections end");
        for (ModelEnd end : current) {
            end.mayEnd = true;
            if (choices.oneIn(3)) {
                end.transport.abort();
            } else {
                end.peer.close();
            }
        }
        pass(Duration.ofSeconds(15));
        checkThatNothingIsLeft();
    }

    /** Everything that can happen now without time passing happens. */
    private void settle() {
        for (int steps = 0; step(); steps++) {
            if (steps > MANY_STEPS) {
                throw new AssertionError("it never comes to rest" + history());
            }
        }
        unserved = 0;
    }

    /** One thing happens that can happen now: a task runs, a frame arrives. Returns whether there was any. */
    private boolean step() {
        int sources = 1 + ends.size();
        int first = choices.below(sources);
        for (int i = 0; i < sources; i++) {
            int source = (first + i) % sources;
            if (source == 0 ? threads.runOne(choices) : ends.get(source - 1).deliver()) {
                ends.removeIf(end -> end.closed);
                return true;
            }
        }
        return false;
    }

    /** Time goes by, and nothing else happens. */
    void tick(Duration time) {
        unserved += time.toNanos();
        if (unserved > HARMLESS) {
            ends.forEach(end -> end.mayEnd = true);
        }
        clock.advance(time);
    }

    /** Time goes by while both sides do their work. */
    void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 250) {
            settle();
            tick(Duration.ofMillis(250));
        }
        settle();
    }

    // ---- what the acts and the handlers need

    private void connect() {
        course.add("connect");
        InMemoryTransport wire = SteppedWire.pair(choices.of(List.of(Integer.MAX_VALUE, 1000, 1)));
        String name = "connection " + course.size();
        ModelEnd first = new ModelEnd(this, sides.get(0), wire, name + ", first end");
        ModelEnd second = new ModelEnd(this, sides.get(1), wire.other(), name + ", second end");
        first.other = second;
        second.other = first;
        current = List.of(first, second);
        ends.addAll(current);
    }

    ModelCall call(ModelEnd from, ModelCall.Kind kind, Duration timeout, boolean inherits) {
        ModelCall call = new ModelCall(this, calls.size(), kind, from, timeout, inherits);
        calls.add(call);
        call.watch();
        return call;
    }

    /** A stage of a handler's, finished some day. */
    CompletableFuture<Integer> later(int value) {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        open.add(() -> {
            if (choices.oneIn(4)) {
                stage.completeExceptionally(new XyException(418, "no"));
            } else {
                stage.complete(value);
            }
        });
        return stage;
    }

    /** Inside of a handler: time goes by, other threads go on. */
    void meanwhile() {
        if (depth < 3) {
            depth++;
            tick(Duration.ofMillis(choices.of(List.of(2, 1, 0))));
            for (int steps = choices.below(4); steps > 0; steps--) {
                step();
            }
            Thread.interrupted(); // a call that is given up has its handler's thread interrupted, and all run on this
            // one
            depth--;
        }
    }

    // ---- what must be

    void check(boolean isSo, String otherwise) {
        if (!isSo) {
            faults.add(otherwise);
            course.add("FAULT: " + otherwise);
        }
    }

    void tally(String what) {
        tally.merge(what, 1, Integer::sum);
    }

    private void checkThatAllHasArrived() {
        boolean wide = sides.stream().noneMatch(side -> side.narrow);
        for (ModelEnd end : current) {
            boolean whole = wide && end.peer.isOpen() && end.other.peer.isOpen();
            check(!whole || end.heard == end.other.sent, end + " has heard " + end.heard + " of " + end.other.sent);
            check(!whole || end.latestHeard == end.other.latestSent - 1, end + " has not heard the latest");
        }
        for (ModelCall call : calls) {
            check(!wide || call.isOver() || call.kind == ModelCall.Kind.NEVER, call + " waits for nothing");
        }
        for (ModelSide side : sides) {
            long waiting = calls.stream()
                    .filter(call -> call.from.side == side && !call.isOver())
                    .count();
            check(side.endpoint.statistics().pendingCalls() == waiting, waiting + " calls wait but pending are others");
        }
    }

    private void checkThatNothingIsLeft() {
        for (ModelSide side : sides) {
            XyStatistics left = side.endpoint.statistics();
            check(left.peers() + left.closing() + left.pendingCalls() == 0, "left: " + left);
            for (ModelEnd end : side.ends.values()) {
                check(end.connected && end.disconnected && end.closed, end + " has not ended for everybody");
            }
        }
        check(clock.size() == 0, clock.size() + " timers are left");
        check(threads.isIdle() && ends.isEmpty(), "something is still under way");
        assertThat(faults).as("faults in" + history()).isEmpty();
    }

    private String history() {
        return " " + course;
    }

    /** How calls and connections have ended, and how often. */
    Map<String, Integer> tally() {
        return tally;
    }

    /** Forgets the connections, all of which are over, so that only the endpoints, the clock and the threads could keep them. */
    List<WeakReference<Connection>> forget() {
        List<WeakReference<Connection>> connections = new ArrayList<>();
        for (ModelSide side : sides) {
            side.ends.values().forEach(end -> connections.add(new WeakReference<>(end.connection)));
            side.ends.clear();
        }
        current = List.of();
        calls.clear();
        return connections;
    }
}
