package io.xywebsocket.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What can happen in a {@link Model}, the more likely as often as that. */
final class ModelActs {

    final List<Runnable> all = new ArrayList<>();

    private final Model model;

    ModelActs(Model model) {
        this.model = model;
        may(16, "call", this::callSomething);
        may(14, "event", this::sendSomething);
        may(4, "latest", this::sendLatest);
        may(8, "finish", this::finishSomething);
        may(3, "cancel", this::cancelSomething);
        may(6, "tick", () -> model.tick(Duration.ofMillis(model.choices.of(List.of(1, 2, 20, 300, 1100)))));
        may(1, "pass", () -> model.pass(Duration.ofSeconds(model.choices.of(List.of(2, 6, 40)))));
        may(2, "toggle", () -> model.choices.of(model.sides).toggle());
        may(1, "refuse", () -> model.choices.of(model.sides).refusals = 1 + model.choices.below(3));
        may(2, "stall", this::stallOrGoOn);
        may(1, "starve", () -> model.tick(Duration.ofSeconds(31)));
        may(1, "end", this::endSomehow);
        may(1, "shutdown", () -> model.choices.of(model.sides).shutDownOrReopen());
    }

    private void may(int weight, String name, Runnable act) {
        for (int i = 0; i < weight; i++) {
            all.add(() -> {
                model.course.add(name);
                act.run();
            });
        }
    }

    private void callSomething() {
        Duration timeout = Duration.ofMillis(model.choices.of(List.of(5000, 1000, 50)));
        model.call(
                model.choices.of(model.current),
                model.choices.of(Arrays.asList(ModelCall.Kind.values())),
                timeout,
                false);
    }

    private void sendSomething() {
        model.choices
                .of(model.current)
                .send(model.choices.of(List.of("note", "staged", "failing", "calling", "lasting", "toggled")));
    }

    private void sendLatest() {
        ModelEnd end = model.choices.of(model.current);
        for (int more = model.choices.below(3); more >= 0; more--) {
            end.sendLatest();
        }
    }

    private void finishSomething() {
        if (!model.open.isEmpty()) {
            model.open.remove(model.choices.below(model.open.size())).run();
        }
    }

    private void cancelSomething() {
        List<ModelCall> waiting =
                model.calls.stream().filter(call -> !call.isOver()).toList();
        if (!waiting.isEmpty()) {
            model.choices.of(waiting).cancel();
        }
    }

    private void stallOrGoOn() {
        ModelEnd end = model.choices.of(model.current);
        end.mayEnd = true;
        end.stalled = !end.stalled;
    }

    private void endSomehow() {
        ModelEnd end = model.choices.of(model.current);
        end.mayEnd = true;
        try {
            switch (model.choices.below(5)) {
                case 0 -> end.peer.close();
                case 1 -> end.transport.abort();
                case 2 -> end.transport.send("no frame", true);
                case 3 -> end.transport.close(1000, "");
                default -> end.connection.onViolation(1003, "binary");
            }
        } catch (IOException closed) {
            // whatever it was, it came too late
        }
    }
}
