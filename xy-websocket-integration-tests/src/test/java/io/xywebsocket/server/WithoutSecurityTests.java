package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyRpc;
import io.xywebsocket.classpath.SmallerClassPath;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Spring Security is optional; and who counts on it where it is missing hears of that. */
@ExtendWith(OutputCaptureExtension.class)
class WithoutSecurityTests {

    static class Desk {
        @XyRpc
        boolean anybody(@Nullable Principal user) {
            return user != null;
        }
    }

    /** What runs without Spring Security on its class path. */
    public static final class Application implements Callable<List<String>> {
        @Override
        public List<String> call() {
            TomcatURLStreamHandlerFactory.disable(); // there can be one in a Java process, and others will want it
            List<String> seen = new ArrayList<>();
            try (App app = App.of(Desk.class);
                    RawClient client = app.connect()) {
                seen.add(client.call("anybody", "null").next());
            }
            for (String property : List.of("deny-by-default=true", "ticket-path=/tickets")) {
                try (App app = App.with("xy.websocket." + property).start()) {
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
    void runsWithoutItAndSaysSoAndWhatNeedsIt(CapturedOutput output) throws Exception {
        String missing = " needs Spring Security, which is not on the class path.";
        assertThat(SmallerClassPath.without(
                        Pattern.compile("security"),
                        "org.springframework.security.core.Authentication",
                        Application.class))
                .isEqualTo(List.of(
                        "{\"e\":\"resolve.anybody\",\"id\":\"anybody\",\"p\":false}",
                        "xy.websocket.deny-by-default" + missing,
                        "xy.websocket.ticket-path" + missing));
        assertThat(output.getAll()).containsOnlyOnce("xy-websocket security: Spring Security is not on the class path");
    }
}
