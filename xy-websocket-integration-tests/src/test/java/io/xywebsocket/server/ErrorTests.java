package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyRpc;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.io.FileNotFoundException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class ErrorTests {

    private static App app;

    private RawClient client;

    record Parcel(String id, @Min(1) int weight) {}

    static class Failing {

        @XyRpc
        String gone() {
            throw new ResponseStatusException(HttpStatus.GONE, "it was here");
        }

        @XyRpc
        String denied() {
            throw new AccessDeniedException("for a reason");
        }

        @XyRpc
        String file() throws FileNotFoundException {
            throw new FileNotFoundException("/etc/secret");
        }

        @XyRpc
        String weigh(@Valid Parcel parcel) {
            return parcel.id();
        }
    }

    /** One whose every method fails, as those of badly made exceptions do. */
    @SuppressWarnings("OverrideThrowableToString")
    static class Hostile extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw this;
        }

        @Override
        public String toString() {
            throw this;
        }

        @Override
        public synchronized Throwable getCause() {
            throw this;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw this;
        }
    }

    static class Throwing {

        private static Throwable thrown(String what) {
            return switch (what) {
                case "hostile" -> new Hostile();
                case "wrapped" -> new CompletionException("no", new Hostile());
                case "undeclared" -> new UndeclaredThrowableException(new Hostile());
                case "overflow" -> new StackOverflowError();
                case "memory" -> new OutOfMemoryError("as if");
                case "linkage" -> new NoClassDefFoundError("no/such/Class");
                default -> throw new IllegalArgumentException(what);
            };
        }

        @XyRpc
        String thrown(String what, int unused) throws Throwable {
            throw thrown(what);
        }

        @XyRpc
        CompletionStage<Void> stageWithoutValue(String what, int unused) {
            return later(what);
        }

        @XyRpc
        CompletionStage<String> stage(String what, int unused) {
            return later(what);
        }

        private static <T> CompletionStage<T> later(String what) {
            CompletableFuture<T> stage = new CompletableFuture<>();
            CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS)
                    .execute(() -> stage.completeExceptionally(thrown(what)));
            return stage;
        }

        @XyRpc
        Mono<String> mono(String what, int unused) {
            return Mono.error(() -> thrown(what));
        }

        @XyRpc
        Flow.Publisher<String> flow(String what, int unused) {
            return subscriber -> {
                subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        subscriber.onError(thrown(what));
                    }

                    @Override
                    public void cancel() {}
                });
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hostile", "wrapped", "undeclared", "overflow", "memory", "linkage"})
    void whateverIsThrownIsAnswered(String what) {
        for (String function : List.of("thrown", "stageWithoutValue", "stage", "mono", "flow")) {
            assertThat(Json.of(rejection(function, "{\"what\":\"" + what + "\",\"unused\":1}"))
                            .path("status")
                            .asInt())
                    .as(function)
                    .isEqualTo(500);
        }
    }

    @Order(1)
    static class FirstListener {
        @XyEvent
        void shaky(int number) {
            throw new IllegalStateException("the first listener stumbles");
        }
    }

    @Order(2)
    static class SecondListener {
        private int sum;

        @XyEvent
        void shaky(int number) {
            sum += number;
        }

        @XyRpc
        int sum() {
            return sum;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Mapping {
        @Bean
        XyErrorMapper files() {
            return error -> error instanceof FileNotFoundException
                    ? new XyException(404, "no such file").with("code", "F1")
                    : null;
        }
    }

    @BeforeAll
    static void start() {
        app = App.of(
                Functions.class,
                Failing.class,
                Throwing.class,
                FirstListener.class,
                SecondListener.class,
                Mapping.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        client = app.connect();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private String rejection(String function, String payload) {
        return Json.payload(client.call(function, payload).next()).toString();
    }

    @Test
    void keepsTheTextOfAnUnexpectedExceptionHereUnderAnIdThatIsInTheLog(CapturedOutput output) {
        JsonNode rejection = Json.of(rejection("fail", "\"my secret\""));

        String errorId = rejection.path("errorId").asText();
        assertThat(rejection.toString())
                .isEqualTo(
                        "{\"ok\":false,\"status\":500,\"message\":\"Internal error\",\"errorId\":\"" + errorId + "\"}");
        assertThat(errorId).hasSizeGreaterThan(20);
        assertThat(output.toString())
                .containsOnlyOnce("'fail' failed, errorId " + errorId)
                .contains("java.lang.IllegalStateException: my secret");
    }

    @Test
    void sendsTheTextOfAnUnexpectedExceptionWhereItIsIncluded(CapturedOutput output) {
        try (App open = App.with("xy.websocket.include-message=always").start(Functions.class);
                RawClient other = open.connect()) {
            assertThat(Json.payload(other.call("fail", "\"boom\"").next()).toString())
                    .isEqualTo("{\"ok\":false,\"status\":500,\"message\":\"IllegalStateException: boom\"}");
            assertThat(output.toString()).contains("'fail' failed");
        }
    }

    @Test
    void knowsSpringsExceptions() {
        assertThat(rejection("gone", "null")).isEqualTo("{\"ok\":false,\"status\":410,\"message\":\"it was here\"}");
        assertThat(rejection("denied", "null"))
                .as("nobody has logged in")
                .isEqualTo("{\"ok\":false,\"status\":401,\"message\":\"Not authenticated\"}");
    }

    @Test
    void asksTheApplicationsOwnMappers() {
        assertThat(rejection("file", "null"))
                .isEqualTo("{\"ok\":false,\"status\":404,\"message\":\"no such file\",\"code\":\"F1\"}");
    }

    @Test
    void namesTheFieldThatIsNotValid() {
        assertThat(rejection("weigh", "{\"id\":\"a\",\"weight\":0}"))
                .contains("\"status\":400")
                .contains("weight")
                .doesNotContain("Parcel");
    }

    @Test
    void logsAFailingListenerOnceAndGoesOnWithTheNext(CapturedOutput output) {
        client.event("shaky", "3");

        assertThat(client.call("sum", "null").next()).endsWith("\"p\":3}");
        assertThat(output.toString()).containsOnlyOnce("A listener of 'shaky' failed");
        assertThat(output.toString()).contains("the first listener stumbles");
    }

    @Test
    void logsNoPayloadAtAnyLevelOfOurs(CapturedOutput output) {
        String secret = "\"TOPSECRET\"";
        try (App telling = App.with("logging.level.io.xywebsocket=trace")
                        .start(Functions.class, Failing.class, FirstListener.class, SecondListener.class);
                RawClient other = telling.connect()) {
            other.event("note", secret).event("shaky", secret).event("nobody listens", secret);
            for (String function : List.of("echo", "add", "order", "weigh", "nobody answers")) {
                other.call(function, secret).next();
                other.call(function, "{\"id\":" + secret + ",\"a\":" + secret + ",\"weight\":" + secret + "}")
                        .next();
            }
            other.send("{\"e\":\"resolve.made up\",\"id\":\"7\",\"p\":" + secret + "}");
            assertThat(other.send(secret + " is no frame").closing().code()).isEqualTo(1007);
        } finally {
            LoggingSystem.get(getClass().getClassLoader()).setLogLevel("io.xywebsocket", null);
        }
        assertThat(output.toString())
                .contains("A listener of 'shaky' failed", "is not pending", "breaks the protocol")
                .doesNotContain("TOPSECRET");
    }

    @Test
    void logsAnEventThatDoesNotFitItsListener(CapturedOutput output) {
        client.event("shaky", "\"not a number\\nnor a line\"");

        assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
        assertThat(output.toString()).contains("A listener of 'shaky' failed: 400");
    }
}
