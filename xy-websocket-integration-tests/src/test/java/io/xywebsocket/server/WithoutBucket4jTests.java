package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.classpath.SmallerClassPath;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.junit.jupiter.api.Test;

/** Bucket4j is optional; and who counts on it where it is missing hears of that. */
class WithoutBucket4jTests {

    /** What runs without Bucket4j on its class path. */
    public static final class Application implements Callable<List<String>> {
        @Override
        public List<String> call() {
            TomcatURLStreamHandlerFactory.disable(); // there can be one in a Java process, and others will want it
            List<String> seen = new ArrayList<>();
            try (App app = App.with("xy.websocket.max-sessions-per-address=5", "xy.websocket.idle-timeout=1m")
                            .start(Functions.class);
                    RawClient client = app.connect()) {
                seen.add(client.call("echo", "1").next());
            }
            for (String property : List.of("per-peer", "per-user", "functions.f", "handshakes-per-address")) {
                try (App app = App.with("xy.websocket.rate-limit." + property + "=1/1s")
                        .start()) {
                    seen.add("started with " + property);
                } catch (RuntimeException e) {
                    seen.add(root(e).getMessage());
                }
            }
            return seen;
        }

        private static Throwable root(Throwable thrown) {
            return thrown.getCause() == null ? thrown : root(thrown.getCause());
        }
    }

    @Test
    void runsWithoutItAndSaysWhatNeedsIt() throws Exception {
        String missing = " needs Bucket4j, which is not on the class path.";
        assertThat(SmallerClassPath.without(
                        Pattern.compile("bucket4j"), "io.github.bucket4j.Bucket", Application.class))
                .isEqualTo(List.of(
                        "{\"e\":\"resolve.echo\",\"id\":\"echo\",\"p\":1}",
                        "xy.websocket.rate-limit.per-peer" + missing,
                        "xy.websocket.rate-limit.per-user" + missing,
                        "xy.websocket.rate-limit.functions" + missing,
                        "xy.websocket.rate-limit.handshakes-per-address" + missing));
    }
}
