package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.spring.XyScript;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pages of the origins that may connect get what they need for that. */
@Tag("server")
class CrossOriginTests {

    private static final String ALLOWED = "https://pages.example";
    private static final String ANOTHER = "https://evil.example";

    private static App app;
    private static App closed;

    @BeforeAll
    static void start() {
        app = App.secured(
                        "xy.websocket.allowed-origins=https://*.example.org," + ALLOWED,
                        "xy.websocket.ticket-path=/ticket")
                .start(Functions.class, Staff.class);
        closed = App.of(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
        closed.close();
    }

    private static Optional<String> allowed(HttpResponse<String> response) {
        return response.headers().firstValue("Access-Control-Allow-Origin");
    }

    @Test
    void theScriptMayBeReadByPagesOfAllowedOrigins() {
        HttpResponse<String> response = app.get("/xy-websocket.js", "Origin", ALLOWED);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(allowed(response)).contains(ALLOWED);
        assertThat(response.headers().allValues("Vary")).contains("Origin");
        assertThat(allowed(app.get("/xy-websocket.js", "Origin", "https://a.example.org")))
                .contains("https://a.example.org");
        String etag = response.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = app.get("/xy-websocket.js", "Origin", ALLOWED, "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(allowed(again)).contains(ALLOWED);
    }

    @Test
    void whatIsBesideTheScriptMayBeReadToo() {
        assertThat(allowed(app.get("/xy-websocket.src.js", "Origin", ALLOWED))).contains(ALLOWED);
        assertThat(allowed(app.get("/xy-websocket.d.ts", "Origin", ALLOWED))).contains(ALLOWED);
        assertThat(allowed(app.get(app.bean(XyScript.class).versionedPath(), "Origin", ALLOWED)))
                .contains(ALLOWED);
    }

    @Test
    void pagesOfOtherOriginsMayNotReadIt() {
        HttpResponse<String> response = app.get("/xy-websocket.js", "Origin", ANOTHER);

        assertThat(allowed(response)).isEmpty();
        assertThat(response.headers().allValues("Vary")).contains("Origin");
        assertThat(allowed(app.get("/xy-websocket.js"))).isEmpty();
    }

    @Test
    void ticketsMayBeFetchedByPagesOfAllowedOrigins() {
        HttpResponse<String> preflight = app.request(
                "OPTIONS",
                "/ticket",
                "Origin",
                ALLOWED,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization");
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(allowed(preflight)).contains(ALLOWED);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .contains("authorization");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials"))
                .contains("true");

        HttpResponse<String> ticket =
                app.request("POST", "/ticket", "Origin", ALLOWED, "Authorization", Staff.basic("ada"));

        assertThat(ticket.statusCode()).isEqualTo(200);
        assertThat(allowed(ticket)).contains(ALLOWED);
        assertThat(allowed(app.request("POST", "/ticket", "Origin", ALLOWED))).contains(ALLOWED); // a 401 can be read
    }

    @Test
    void pagesOfOtherOriginsMayNotFetchTickets() {
        HttpResponse<String> preflight =
                app.request("OPTIONS", "/ticket", "Origin", ANOTHER, "Access-Control-Request-Method", "POST");

        assertThat(allowed(preflight)).isEmpty();
        assertThat(allowed(app.request("POST", "/ticket", "Origin", ANOTHER, "Authorization", Staff.basic("ada"))))
                .isEmpty();
    }

    @Test
    void theServletMayHaveAPathOfItsOwn() {
        try (App below = App.with("xy.websocket.allowed-origins=" + ALLOWED, "spring.mvc.servlet.path=/mvc")
                .start(Functions.class)) {
            assertThat(allowed(below.get("/mvc/xy-websocket.js", "Origin", ALLOWED)))
                    .contains(ALLOWED);
        }
    }

    @Test
    void nothingElseOfTheApplicationChanges() {
        assertThat(allowed(app.get("/index.html", "Origin", ALLOWED))).isEmpty();
        assertThat(allowed(app.get("/admin/ticket", "Origin", ALLOWED))).isEmpty();
        assertThat(closed.get("/xy-websocket.js", "Origin", ALLOWED).headers().map())
                .doesNotContainKeys("access-control-allow-origin", "Access-Control-Allow-Origin");
    }
}
