package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.XyException;
import io.xywebsocket.client.XyClient;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How much peers may send, as set by properties. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class RateLimitTests {

    private static final String LIMIT = "xy.websocket.rate-limit.";

    private static int status(RawClient client, String function) {
        JsonNode frame = Json.of(client.call(function, "1").next());
        return frame.path("e").asText().startsWith("resolve.")
                ? 200
                : frame.path("p").path("status").asInt();
    }

    @Test
    void aPeerOverItsRateGets429WithTheTimeToWaitAndOthersGoOn() {
        try (App app = App.with(LIMIT + "per-peer=3/1h").start(Functions.class);
                RawClient greedy = app.connect();
                RawClient other = app.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(status(greedy, "echo")).isEqualTo(200);
            }

            JsonNode error = Json.of(greedy.call("echo", "1").next()).path("p");
            assertThat(error.path("ok").asBoolean(true)).isFalse();
            assertThat(error.path("status").asInt()).isEqualTo(429);
            assertThat(error.path("message").asText()).isEqualTo("Too many calls");
            assertThat(error.path("retryAfter").asLong()).isBetween(1_000_000L, 1_200_000L);
            assertThat(status(other, "echo")).isEqualTo(200);
        }
    }

    @Test
    void unknownNamesUnknownFramesAndEventsCountToo() {
        try (App app = App.with(LIMIT + "per-peer=5/1h").start(Functions.class);
                RawClient client = app.connect()) {
            assertThat(status(client, "no-such-function")).isEqualTo(404);
            client.event("nobody-listens", "1").send("{\"e\":\"what?\"}");
            client.send("{\"e\":\"resolve.made-up\",\"id\":\"77\",\"p\":1}");
            assertThat(Json.of(client.send("{\"e\":\"c.echo\"}").next())
                            .path("p")
                            .path("status")
                            .asInt())
                    .isEqualTo(400);

            assertThat(status(client, "no-such-function")).isEqualTo(429);
            assertThat(status(client, "echo")).isEqualTo(429);
        }
    }

    @Test
    void eventsOverTheRateAreDroppedAndCountedAndWarnedOfOnce(CapturedOutput output) {
        try (App app = App.with(LIMIT + "per-peer=2/1h").start(Functions.class);
                RawClient client = app.connect()) {
            for (int i = 0; i < 20; i++) {
                client.event("note", "\"" + i + "\"");
            }

            await().until(() -> app.endpoint().statistics().refusedEvents() == 18);
            await().untilAsserted(
                            () -> assertThat(app.bean(Functions.class).notes).containsExactly("0", "1"));
            assertThat(output.toString().split("is over its rate limit", -1)).hasSize(2);
        }
    }

    @Test
    void whoGoesOnFarBeyondItIsClosedWith1008() {
        try (App app = App.with(LIMIT + "per-peer=2/1h", LIMIT + "max-refused=3/1h")
                        .start(Functions.class);
                RawClient client = app.connect()) {
            for (int status : new int[] {200, 200, 429, 429, 429}) {
                assertThat(status(client, "echo")).isEqualTo(status);
            }
            client.call("echo", "1");

            assertThat(client.closing()).isEqualTo(new RawClient.Closing(1008, "rate limit"));
        }
    }

    @Test
    void theConnectionsOfAUserShareHisRate() {
        try (App app = App.secured(LIMIT + "per-user=3/1h").start(Functions.class, Staff.class);
                RawClient one = Staff.connect(app, "ada");
                RawClient two = Staff.connect(app, "ada");
                RawClient bob = Staff.connect(app, "bob");
                RawClient nobody = app.connect()) {
            assertThat(status(one, "echo")).isEqualTo(200);
            assertThat(status(two, "no-such-function")).isEqualTo(404);
            assertThat(status(one, "echo")).isEqualTo(200);

            assertThat(status(two, "echo")).isEqualTo(429);
            assertThat(status(one, "echo")).isEqualTo(429);
            assertThat(status(bob, "echo")).isEqualTo(200);
            for (int i = 0; i < 10; i++) {
                assertThat(status(nobody, "echo")).isEqualTo(200);
            }
        }
    }

    @Test
    void aMalformedFrameCountsForItsUser() {
        try (App app = App.secured(LIMIT + "per-user=2/1h").start(Functions.class, Staff.class);
                RawClient other = Staff.connect(app, "ada")) {
            try (RawClient bad = Staff.connect(app, "ada")) {
                assertThat(bad.send("no frame").closing().code()).isEqualTo(1007);
            }
            try (RawClient bad = Staff.connect(app, "ada")) {
                assertThat(bad.frame(0x80 | RawClient.TEXT, new byte[] {(byte) 0xff})
                                .closing()
                                .code())
                        .isEqualTo(1007);
            }

            // a container may tell only after its close frame what it has closed over
            await().until(() -> app.endpoint().statistics().peers() == 1);
            assertThat(status(other, "echo")).isEqualTo(429);
        }
    }

    @Test
    void aFunctionHasARateOfItsOwn() {
        try (App app = App.secured(LIMIT + "functions.text.later=1/1h", LIMIT + "functions.echo=2/1h")
                        .start(Functions.class, Staff.class);
                RawClient one = Staff.connect(app, "ada");
                RawClient two = Staff.connect(app, "ada");
                RawClient nobody = app.connect();
                RawClient nobodyElse = app.connect()) {
            assertThat(status(one, "text.later")).isEqualTo(200);
            assertThat(status(two, "text.later")).isEqualTo(429);
            assertThat(status(two, "echo")).isEqualTo(200);
            assertThat(status(nobody, "text.later")).isEqualTo(200);
            assertThat(status(nobody, "text.later")).isEqualTo(429);
            assertThat(status(nobodyElse, "text.later")).isEqualTo(200);
        }
    }

    @Test
    void aJavaClientIsToldAndItsAnswersDontCount() {
        try (App app = App.with(LIMIT + "per-peer=2/1h").start(Functions.class);
                XyClient client = XyClient.builder(URI.create("ws://localhost:" + app.port() + "/ws"))
                        .handlers(handlers -> handlers.register("answer", String.class, question -> question + "!"))
                        .build()) {
            assertThat(client.connect()).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(client.await("ask", "who", String.class)).isEqualTo("they say who!");
            assertThat(client.await("ask", "why", String.class)).isEqualTo("they say why!");

            assertThatThrownBy(() -> client.await("ask", "when", String.class))
                    .isInstanceOfSatisfying(XyException.class, e -> {
                        assertThat(e.status()).isEqualTo(429);
                        assertThat(e.details()).containsOnlyKeys("retryAfter");
                    });
        }
    }
}
