package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyRpc;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.web.servlet.HandlerMapping;

/** What the log says of the endpoint once an application has started. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class StartUpSummaryTests {

    @EnableMethodSecurity
    static class Desk {

        @XyRpc
        @PreAuthorize("permitAll()")
        String ruled() {
            return "";
        }

        @XyRpc
        String open() {
            return "";
        }

        @XyEvent
        void note(String text) {}

        @XyEvent("note")
        void noteToo(String text) {}

        @Bean
        ApplicationRunner late(XyHandlers handlers) {
            return arguments -> {
                handlers.register("late", String.class, text -> text);
                handlers.on("later", String.class, text -> {});
            };
        }
    }

    static class Small {
        @XyRpc
        String only() {
            return "";
        }
    }

    static class OwnMapping {
        @Bean
        HandlerMapping xyWebSocketHandlerMapping() {
            return request -> null;
        }
    }

    @Test
    void leavesOutThePathOfAMappingThatDoesNotTellIt(CapturedOutput output) {
        App.of(Small.class, OwnMapping.class).close();
        assertThat(lines(output)).contains("xy-websocket endpoint: 1 function, 0 events; script /xy-websocket.js");
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("xy-websocket endpoint") || line.contains("xy-websocket security"))
                .map(line -> line.substring(line.indexOf("xy-websocket ")))
                .toList();
    }

    @Test
    void saysWhereTheEndpointIsAndWhatItOffers(CapturedOutput output) {
        App.of(Desk.class).close();
        assertThat(lines(output))
                .containsExactly(
                        "xy-websocket endpoint /ws: 3 functions, 2 events; script /xy-websocket.js",
                        "xy-websocket security: there is no Spring Security filter chain; 4 handlers without a rule");
    }

    @Test
    void saysThePathsAsBrowsersRequestThem(CapturedOutput output) {
        try (App app = App.with(
                        "server.servlet.context-path=/app",
                        "spring.mvc.servlet.path=/web",
                        "xy.websocket.path=/live",
                        "xy.websocket.script-path=/js/xy.js")
                .start(Small.class)) {
            assertThat(lines(output).get(0))
                    .isEqualTo("xy-websocket endpoint /app/web/live: 1 function, 0 events; script /app/web/js/xy.js");
            app.handshake().path("/app/web/live").open().close();
            assertThat(app.get("/app/web/js/xy.js").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void saysThatThereIsNoScript(CapturedOutput output) {
        App.with("xy.websocket.script-path=").start().close();
        assertThat(lines(output).get(0)).isEqualTo("xy-websocket endpoint /ws: 0 functions, 0 events; no script");
    }

    @Test
    void saysThatHandshakesPassTheFilterChain(CapturedOutput output) {
        App.secured().start(Staff.class, Desk.class).close();
        assertThat(lines(output).get(1))
                .isEqualTo("xy-websocket security: handshakes pass the Spring Security filter chain;"
                        + " 4 handlers without a rule");
    }

    @Test
    void saysWhatIsDenied(CapturedOutput output) {
        App.secured("xy.websocket.deny-by-default=true")
                .start(Staff.class, Small.class)
                .close();
        assertThat(lines(output).get(1))
                .isEqualTo("xy-websocket security: handshakes pass the Spring Security filter chain;"
                        + " 1 handler without a rule, denied to everybody");
    }

    @Test
    void saysNothingWhereThereIsNoEndpoint(CapturedOutput output) {
        App.with("xy.websocket.enabled=false").start(Small.class).close();
        assertThat(lines(output)).isEmpty();
    }
}
