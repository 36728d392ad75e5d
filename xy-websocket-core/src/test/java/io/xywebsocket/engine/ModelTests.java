package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random runs of both ends against a {@link Model}. {@code -Dxy.model.runs=100000} makes more of them; a failure names its seed, which
 * {@code -Dxy.model.seed=… -Dxy.model.runs=1} replays.
 */
class ModelTests {

    private static final long FIRST_SEED = Long.getLong("xy.model.seed", 1);
    private static final int RUNS = Integer.getInteger("xy.model.runs", 400);
    private static final int ACTS = 120;

    private static Model run(long seed) {
        try {
            Model model = new Model(new SplittableRandom(seed)::nextInt);
            for (int i = 0; i < ACTS; i++) {
                model.act();
            }
            model.finish();
            return model;
        } catch (Throwable t) {
            throw new AssertionError(
                    "The run with seed " + seed + ": -Dxy.model.seed=" + seed + " -Dxy.model.runs=1", t);
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS) // as long as it is asked to
    void bothEndsDoAsTheModelSaysWhateverHappens() {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            run(seed).tally().forEach((what, times) -> seen.merge(what, times, Integer::sum));
        }
        if (RUNS >= 400) { // or it would be no test of them
            assertThat(seen)
                    .containsKeys("value", "cancelled", "timed out", "not connected")
                    .containsKeys("status 404", "status 418", "status 429", "status 500", "status 503", "status 504")
                    .containsKeys("end 1000", "end 1001", "end 1003", "end 1006", "end 1007");
        }
    }

    @Test
    void theSameSeedIsTheSameRun() {
        assertThat(run(7).tally()).isEqualTo(run(7).tally());
    }

    @Test
    void whatIsOverIsRetainedByNobody() {
        Model model = run(3);
        List<WeakReference<Connection>> connections = model.forget();
        assertThat(connections).isNotEmpty();
        await().until(() -> {
            System.gc();
            return connections.stream().allMatch(connection -> connection.get() == null);
        });
        Reference.reachabilityFence(model);
    }
}
