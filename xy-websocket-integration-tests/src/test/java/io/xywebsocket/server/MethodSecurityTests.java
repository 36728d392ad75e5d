package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.security.XyRule;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.access.prepost.PreFilter;
import org.springframework.security.authorization.method.AuthorizeReturnObject;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import reactor.core.publisher.Mono;

/** What peers may call: rules on methods, on classes, on contracts, and given at registration. */
@Tag("server")
class MethodSecurityTests {

    private static App app;
    private static App denying;

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true)
    static class Rules {}

    static class Desk {

        @XyRpc
        @PreAuthorize("hasRole('BOSS')")
        String fire(String name) {
            return name + " is fired";
        }

        @XyRpc
        @PreAuthorize("#name == authentication.name")
        String diary(String name) {
            return "Dear diary";
        }

        @XyRpc
        @PostAuthorize("returnObject == authentication.name")
        String owner(String name) {
            return name;
        }

        @XyRpc
        @Secured("ROLE_BOSS")
        String secured() {
            return "secured";
        }

        @XyRpc
        @RolesAllowed("BOSS")
        String allowed() {
            return "allowed";
        }

        @XyRpc
        @PermitAll
        String permitted() {
            return "permitted";
        }

        @XyRpc
        @DenyAll
        String denied() {
            return "denied";
        }

        @XyRpc
        @PreAuthorize("isAnonymous()")
        String stranger() {
            return "hello";
        }

        @XyRpc
        @PreFilter("filterObject == authentication.name")
        List<String> filtered(List<String> names) {
            return names;
        }

        @XyRpc
        String open() {
            return "open";
        }
    }

    @PreAuthorize("hasRole('BOSS')")
    static class Office {

        @XyRpc
        String safe() {
            return "gold";
        }
    }

    interface Contract {

        @XyRpc
        @PreAuthorize("hasRole('BOSS')")
        String contracted();
    }

    static class Contractor implements Contract {

        @Override
        public String contracted() {
            return "contracted";
        }
    }

    /** Denies when the method has returned, as what it calls may. */
    @PermitAll
    static class Later {

        private final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();

        public BlockingQueue<String> cancelled() {
            return cancelled;
        }

        @XyRpc
        CompletableFuture<String> failed() {
            return CompletableFuture.failedFuture(new AccessDeniedException("no"));
        }

        @XyRpc
        CompletableFuture<String> asked(XyPeer peer) {
            return peer.call("ask", String.class).thenApply(answer -> {
                throw new AccessDeniedException(answer);
            });
        }

        @XyRpc
        CompletableFuture<String> relayed(XyPeer peer) {
            return peer.call("ask", String.class);
        }

        @XyRpc
        Mono<String> published() {
            return Mono.error(new AccessDeniedException("no"));
        }

        @XyRpc
        Mono<String> awaited(XyPeer peer) {
            return Mono.fromFuture(peer.call("ask", String.class))
                    .handle((answer, sink) -> sink.error(new AccessDeniedException(answer)));
        }

        @XyRpc
        String joined() {
            return failed().join();
        }

        @XyRpc
        Mono<String> never() {
            return Mono.<String>never().doOnCancel(() -> cancelled.add("never"));
        }
    }

    static class Ears {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        /** Not the field: the bean is a proxy. */
        public BlockingQueue<String> heard() {
            return heard;
        }

        @XyEvent
        @PreAuthorize("hasRole('BOSS')")
        void order(String text) {
            heard.add("order " + text);
        }

        @XyEvent
        @PreAuthorize("permitAll()")
        void note(String text) {
            heard.add("note " + text);
        }

        @XyEvent
        void whisper(String text) {
            heard.add("whisper " + text);
        }
    }

    static class Arguments {

        @XyRpc
        @PermitAll
        String principals(Principal principal, Authentication authentication, @AuthenticationPrincipal User user) {
            return principal.getName() + authentication.getName() + user.getUsername();
        }

        @XyRpc
        @PermitAll
        String expression(@AuthenticationPrincipal(expression = "username.toUpperCase()") String name, String payload) {
            return name + payload;
        }

        @XyRpc
        @PermitAll
        boolean optional(@AuthenticationPrincipal Optional<UserDetails> user) {
            return user.isPresent();
        }

        @XyRpc
        @PermitAll
        boolean nullable(@AuthenticationPrincipal @Nullable UserDetails user, @Nullable Authentication authentication) {
            return user != null && authentication != null;
        }

        @XyRpc
        @PermitAll
        boolean misfit(@AuthenticationPrincipal Thread user) {
            return true;
        }
    }

    static class Registering {

        Registering(XyHandlers handlers) {
            XyRule.hasRole("BOSS").guard(handlers).register("ruled", String.class, text -> "ruled " + text);
            XyRule.authenticated().guard(handlers).register("known", String.class, text -> "known " + text);
            XyRule.permitAll().guard(handlers).register("public", String.class, text -> "public " + text);
            handlers.register("unruled", String.class, text -> "unruled " + text);
        }
    }

    @BeforeAll
    static void start() {
        Class<?>[] beans = {
            Staff.class,
            Rules.class,
            Desk.class,
            Office.class,
            Contractor.class,
            Later.class,
            Ears.class,
            Arguments.class,
            Registering.class
        };
        app = App.secured().start(beans);
        denying = App.secured("xy.websocket.deny-by-default=true").start(beans);
    }

    @AfterAll
    static void stop() {
        app.close();
        denying.close();
    }

    /** The answer: a value, or a rejection's status and message. */
    private static String outcome(RawClient client, String function, String payload) {
        String frame = client.call(function, payload).next();
        return frame.contains("\"e\":\"reject.")
                ? Json.payload(frame).path("status").asText() + " "
                        + Json.payload(frame).path("message").asText()
                : Json.payload(frame).asText();
    }

    private static String outcome(App app, String user, String function, String payload) {
        try (RawClient client = user.isEmpty() ? app.connect() : Staff.connect(app, user)) {
            return outcome(client, function, payload);
        }
    }

    @Test
    void letsPassWhoMay() {
        try (RawClient ada = Staff.connect(app, "ada")) {
            assertThat(outcome(ada, "fire", "\"bob\"")).isEqualTo("bob is fired");
            assertThat(outcome(ada, "diary", "\"ada\"")).isEqualTo("Dear diary");
            assertThat(outcome(ada, "owner", "\"ada\"")).isEqualTo("ada");
            assertThat(outcome(ada, "secured", "null")).isEqualTo("secured");
            assertThat(outcome(ada, "allowed", "null")).isEqualTo("allowed");
            assertThat(outcome(ada, "permitted", "null")).isEqualTo("permitted");
            assertThat(outcome(ada, "safe", "null")).isEqualTo("gold");
            assertThat(outcome(ada, "contracted", "null")).isEqualTo("contracted");
            assertThat(outcome(ada, "open", "null")).isEqualTo("open");
        }
    }

    @Test
    void rejectsWith403WhoMayNot() {
        try (RawClient bob = Staff.connect(app, "bob")) {
            for (String function : List.of("fire", "secured", "allowed", "denied", "safe", "contracted", "ruled")) {
                assertThat(outcome(bob, function, "\"x\"")).as(function).isEqualTo("403 Access denied");
            }
            assertThat(outcome(bob, "diary", "\"ada\"")).isEqualTo("403 Access denied");
            assertThat(outcome(bob, "owner", "\"ada\"")).isEqualTo("403 Access denied");
            assertThat(outcome(bob, "stranger", "null")).isEqualTo("403 Access denied");
        }
    }

    @Test
    void rejectsWith401WhereNobodyHasLoggedIn() {
        try (RawClient nobody = app.connect()) {
            for (String function : List.of("fire", "secured", "allowed", "safe", "contracted", "ruled", "known")) {
                assertThat(outcome(nobody, function, "\"x\"")).as(function).isEqualTo("401 Not authenticated");
            }
            assertThat(outcome(nobody, "permitted", "null")).isEqualTo("permitted");
            assertThat(outcome(nobody, "stranger", "null")).isEqualTo("hello");
            assertThat(outcome(nobody, "public", "\"x\"")).isEqualTo("public x");
        }
    }

    @Test
    void rejectsADenialThatComesLaterLikeOneThatIsThrown() {
        try (RawClient nobody = app.connect();
                RawClient bob = Staff.connect(app, "bob")) {
            for (String function : List.of("failed", "published", "joined")) {
                assertThat(outcome(nobody, function, "null")).as(function).isEqualTo("401 Not authenticated");
                assertThat(outcome(bob, function, "null")).as(function).isEqualTo("403 Access denied");
            }
            for (String function : List.of("asked", "awaited")) {
                String question = nobody.call(function, "null").next();
                assertThat(nobody.ask(Json.resolve(question, "\"x\"")))
                        .as(function)
                        .contains("\"status\":401,\"message\":\"Not authenticated\"");
                question = bob.call(function, "null").next();
                assertThat(bob.ask(Json.resolve(question, "\"x\"")))
                        .as(function)
                        .contains("\"status\":403,\"message\":\"Access denied\"");
            }
            String question = nobody.call("relayed", "null").next();
            assertThat(nobody.ask(Json.resolve(question, "\"x\""))).endsWith("\"p\":\"x\"}");
        }
    }

    @Test
    void stillCancelsWhatAHandlerForNobodyHasReturned() throws InterruptedException {
        try (RawClient nobody = app.connect()) {
            nobody.send("{\"e\":\"c.never\",\"id\":\"1\",\"ttl\":50}");
            assertThat(app.bean(Later.class).cancelled().take()).isEqualTo("never");
        }
    }

    @Test
    void appliesRulesGivenAtRegistration() {
        assertThat(outcome(app, "ada", "ruled", "\"x\"")).isEqualTo("ruled x");
        assertThat(outcome(app, "bob", "known", "\"x\"")).isEqualTo("known x");
    }

    @Test
    void keepsEventsFromListenersThatTheirSenderMayNotReach() throws InterruptedException {
        BlockingQueue<String> heard = app.bean(Ears.class).heard();
        try (RawClient bob = Staff.connect(app, "bob")) {
            bob.event("order", "\"pizza\"").event("note", "\"1\"");
            assertThat(heard.take()).isEqualTo("note 1");
            bob.event("whisper", "\"2\"");
            assertThat(heard.take()).isEqualTo("whisper 2");
        }
    }

    // ---- arguments

    @Test
    void givesHandlersWhoHasLoggedInAsTheyWantIt() {
        try (RawClient ada = Staff.connect(app, "ada")) {
            assertThat(outcome(ada, "principals", "null")).isEqualTo("adaadaada");
            assertThat(outcome(ada, "expression", "\"!\"")).isEqualTo("ADA!");
            assertThat(outcome(ada, "optional", "null")).isEqualTo("true");
            assertThat(outcome(ada, "nullable", "null")).isEqualTo("true");
            assertThat(outcome(ada, "misfit", "null")).isEqualTo("401 Not authenticated");
        }
    }

    @Test
    void rejectsWith401WhatNeedsAUserWhereThereIsNone() {
        try (RawClient nobody = app.connect()) {
            assertThat(outcome(nobody, "principals", "null")).isEqualTo("401 Not authenticated");
            assertThat(outcome(nobody, "expression", "\"!\"")).isEqualTo("401 Not authenticated");
            assertThat(outcome(nobody, "optional", "null")).isEqualTo("false");
            assertThat(outcome(nobody, "nullable", "null")).isEqualTo("false");
        }
    }

    // ---- deny by default

    @Test
    void refusesFunctionsWithoutARuleIfToldTo() {
        try (RawClient ada = Staff.connect(denying, "ada")) {
            for (String function : List.of("open", "unruled", "filtered")) {
                assertThat(outcome(ada, function, "[\"x\"]")).as(function).isEqualTo("403 Access denied");
            }
            assertThat(outcome(ada, "nothing", "null")).startsWith("404");
        }
    }

    @Test
    void letsPassWhereThereIsARule() {
        try (RawClient ada = Staff.connect(denying, "ada")) {
            assertThat(outcome(ada, "fire", "\"bob\"")).isEqualTo("bob is fired");
            assertThat(outcome(ada, "owner", "\"ada\"")).isEqualTo("ada");
            assertThat(outcome(ada, "secured", "null")).isEqualTo("secured");
            assertThat(outcome(ada, "allowed", "null")).isEqualTo("allowed");
            assertThat(outcome(ada, "permitted", "null")).isEqualTo("permitted");
            assertThat(outcome(ada, "safe", "null")).isEqualTo("gold");
            assertThat(outcome(ada, "contracted", "null")).isEqualTo("contracted");
            assertThat(outcome(ada, "ruled", "\"x\"")).isEqualTo("ruled x");
            assertThat(outcome(ada, "public", "\"x\"")).isEqualTo("public x");
        }
    }

    @Test
    void keepsEventsFromListenersWithoutARuleIfToldTo() throws InterruptedException {
        BlockingQueue<String> heard = denying.bean(Ears.class).heard();
        try (RawClient ada = Staff.connect(denying, "ada")) {
            ada.event("whisper", "\"1\"").event("order", "\"2\"").event("note", "\"3\"");
            assertThat(heard.take()).isEqualTo("order 2");
            assertThat(heard.take()).isEqualTo("note 3");
        }
    }

    @Test
    void countsNoAnnotationThatNobodyEnforces() {
        try (App forgetful = App.secured("xy.websocket.deny-by-default=true").start(Staff.class, Desk.class)) {
            for (String function : List.of("fire", "permitted", "open")) {
                assertThat(outcome(forgetful, "ada", function, "\"x\""))
                        .as(function)
                        .isEqualTo("403 Access denied");
            }
        }
    }

    @Test
    void countsNoRuleOfAClassForWhatItInherits() {
        try (App inheriting =
                App.secured("xy.websocket.deny-by-default=true").start(Staff.class, Rules.class, Headquarters.class)) {
            assertThat(outcome(inheriting, "ada", "inherited", "null")).isEqualTo("403 Access denied");
            assertThat(outcome(inheriting, "ada", "wrapped", "null")).isEqualTo("403 Access denied");
        }
    }

    @Test
    void refusesAStaticMethodOfABeanWithRules() {
        assertThatThrownBy(() -> App.secured().start(Staff.class, Rules.class, Rulebook.class))
                .hasStackTraceContaining("it is static");
    }

    abstract static class Branch {

        @XyRpc
        String inherited() {
            return "inherited";
        }

        /** What guards the result lets everybody call. */
        @XyRpc
        @AuthorizeReturnObject
        StringBuilder wrapped() {
            return new StringBuilder("wrapped");
        }
    }

    /** Spring Security enforces the rule of a class for the methods that this class declares. */
    @PreAuthorize("hasRole('BOSS')")
    static class Headquarters extends Branch {}

    static class Rulebook {

        @XyRpc
        @PreAuthorize("hasRole('BOSS')")
        static String read() {
            return "read";
        }

        @PreAuthorize("hasRole('BOSS')")
        String unread() {
            return "unread";
        }
    }
}
