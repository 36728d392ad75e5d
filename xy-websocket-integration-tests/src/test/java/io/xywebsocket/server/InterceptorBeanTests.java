package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyMessage.Direction;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.engine.Intercept;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.context.SecurityContextHolder;

/** Beans that stand around every call and event. */
@Tag("server")
class InterceptorBeanTests {

    /** What they have seen, in its order. */
    static class Notes {
        final Queue<String> all = new ConcurrentLinkedQueue<>();
    }

    @Configuration(proxyBeanMethods = false)
    static class Noting {

        @Bean
        Notes notes() {
            return new Notes();
        }

        @Bean
        @Order(2)
        XyInterceptor inner(Notes notes) {
            return Intercept.all((message, chain) -> noted("inner", notes, message, chain));
        }

        @Bean
        @Order(1)
        XyInterceptor outer(Notes notes) {
            return Intercept.all((message, chain) -> noted("outer", notes, message, chain));
        }

        private static @Nullable Object noted(String who, Notes notes, XyMessage message, XyInterceptor.Chain<?> chain)
                throws Exception {
            notes.all.add(who + " " + message.direction() + " " + message.kind() + " " + message.name());
            try {
                Object result = chain.proceed(message);
                if (result instanceof CompletionStage<?> stage) {
                    return stage.whenComplete(
                            (value, error) -> notes.all.add(who + " later " + (error == null ? "fine" : "failed")));
                }
                notes.all.add(who + " at once");
                return result;
            } catch (XyException e) {
                notes.all.add(who + " " + e.status());
                throw e;
            }
        }
    }

    private static List<String> notes(App app) {
        return List.copyOf(app.bean(Notes.class).all);
    }

    @Test
    void standAroundCallsThatArriveInTheirOrder() {
        try (App app = App.of(Functions.class, Noting.class);
                RawClient client = app.connect()) {
            assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
            assertThat(notes(app))
                    .containsExactly("outer IN CALL echo", "inner IN CALL echo", "inner at once", "outer at once");
        }
    }

    @Test
    void timeAFunctionWhoseAnswerComesLaterAndSeeANameThatNobodyOffers() {
        try (App app = App.of(Functions.class, Noting.class);
                RawClient client = app.connect()) {
            client.call("text.later", "\"a\"").next();
            client.call("none", "1").next();
            assertThat(notes(app))
                    .containsExactly(
                            "outer IN CALL text.later",
                            "inner IN CALL text.later",
                            "inner later fine",
                            "outer later fine",
                            "outer IN CALL none",
                            "inner IN CALL none",
                            "inner 404",
                            "outer 404");
        }
    }

    @Test
    void standAroundWhatAHandlerAsksItsCallerAndAroundBroadcasts() {
        try (App app = App.of(Functions.class, Noting.class);
                RawClient client = app.connect()) {
            String question = client.call("ask", "\"who\"").next();
            client.send("{\"e\":\"resolve.answer\",\"id\":" + Json.of(question).path("id") + ",\"p\":\"me\"}");
            assertThat(client.next()).contains("they say me");
            app.endpoint().broadcaster().broadcast("news", 1);
            client.next();
            client.event("note", "\"a\"");
            await().until(() -> notes(app).size() == 16);
            assertThat(notes(app))
                    .containsExactly(
                            "outer IN CALL ask",
                            "inner IN CALL ask",
                            "outer OUT CALL answer",
                            "inner OUT CALL answer",
                            "inner later fine",
                            "outer later fine",
                            "inner at once",
                            "outer at once",
                            "outer OUT EVENT news",
                            "inner OUT EVENT news",
                            "inner at once",
                            "outer at once",
                            "outer IN EVENT note",
                            "inner IN EVENT note",
                            "inner at once",
                            "outer at once");
        }
    }

    /** Who may what, by names, whether there is anything of that name or not. */
    @Configuration(proxyBeanMethods = false)
    static class Guarded {

        final List<String> users = new CopyOnWriteArrayList<>();

        @Bean
        XyInterceptor guard() {
            return Intercept.all((message, chain) -> {
                if (message.direction() == Direction.IN) {
                    String user = SecurityContextHolder.getContext()
                            .getAuthentication()
                            .getName();
                    users.add(user + " " + message.name());
                    if (message.name().startsWith("boss.") && !user.equals("ada")) {
                        throw new AccessDeniedException("not you");
                    }
                }
                return chain.proceed(message);
            });
        }
    }

    @Test
    void findTheLoginAndDenyWhateverTheNameIs() {
        try (App app = App.secured().start(Functions.class, Staff.class, Guarded.class);
                RawClient ada = Staff.connect(app, "ada");
                RawClient bob = Staff.connect(app, "bob");
                RawClient nobody = app.connect()) {
            app.endpoint().handlers().register("boss.raise", (name, payload, peer) -> "done");
            List<String> heard = new CopyOnWriteArrayList<>();
            app.endpoint().handlers().on("boss.note", (name, payload, peer) -> heard.add(payload.json()));
            app.endpoint().handlers().onUnhandled((name, payload, peer) -> heard.add("unhandled " + name));

            assertThat(ada.call("boss.raise", "1").next()).contains("done");
            assertThat(bob.call("boss.raise", "1").next()).contains("\"status\":403");
            assertThat(nobody.call("boss.raise", "1").next()).contains("\"status\":401");
            assertThat(ada.call("boss.none", "1").next()).contains("\"status\":404");
            assertThat(bob.call("boss.none", "1").next()).contains("\"status\":403");
            bob.event("boss.note", "1")
                    .event("boss.nothing", "1")
                    .call("echo", "1")
                    .next();
            ada.event("boss.note", "2").call("echo", "1").next();

            assertThat(heard).containsExactly("2");
            assertThat(app.bean(Guarded.class).users)
                    .startsWith("ada boss.raise", "bob boss.raise", "anonymousUser boss.raise");
        }
    }

    @Test
    void standAroundAClientToo() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (App app = App.of(Functions.class);
                XyClient client = XyClient.builder(URI.create("ws://localhost:" + app.port() + "/ws"))
                        .handlers(handlers -> handlers.register("answer", String.class, question -> question + "!"))
                        .interceptor(Intercept.all((message, chain) -> {
                            seen.add(message.toString());
                            if (message.name().equals("fail")) {
                                throw new XyException(403, "not from here");
                            }
                            return chain.proceed(message);
                        }))
                        .build()) {
            assertThat(client.connect()).succeedsWithin(10, TimeUnit.SECONDS);

            assertThat(client.await("ask", "who", String.class)).isEqualTo("they say who!");
            assertThatThrownBy(() -> client.await("fail", "x", String.class)).hasMessage("not from here");
            assertThat(client.send("note", "a")).isTrue();
            assertThat(seen)
                    .containsExactly(
                            "XyMessage[OUT CALL ask]",
                            "XyMessage[IN CALL answer]",
                            "XyMessage[OUT CALL fail]",
                            "XyMessage[OUT EVENT note]");
        }
    }
}
