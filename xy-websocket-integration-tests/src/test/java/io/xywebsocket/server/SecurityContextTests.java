package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.annotation.JsonValue;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Whatever runs for a peer finds its login in the security context, on every kind of executor, and leaves nothing there. */
@Tag("server")
class SecurityContextTests {

    static String current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "none" : authentication.getName();
    }

    static class Behind {
        @JsonValue
        String who() {
            return current();
        }
    }

    static class Desk {

        final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

        Desk(XyHandlers handlers) {
            handlers.register("registered", String.class, text -> current());
        }

        @XyRpc
        String whoAmI() {
            return current();
        }

        @XyRpc
        String whoAmIAfterAsking(XyPeer peer) {
            String before = current();
            peer.await("ask", null, String.class);
            return before + " " + current();
        }

        /** Says who is there when it is written, which is after the handler. */
        @XyRpc
        Object whoIsLeftBehind() {
            return new Behind();
        }

        @XyRpc
        CompletableFuture<String> whoAmILater(XyPeer peer) {
            CompletableFuture<String> later = peer.call("ask", String.class).thenApply(answer -> current());
            asked.add("asked");
            return later;
        }

        @XyEvent
        void note(String text) {
            told.add("note " + current());
        }

        @EventListener
        void up(XyConnectedEvent event) {
            told.add("up " + current());
        }

        @EventListener
        void down(XyDisconnectedEvent event) {
            told.add("down " + current());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneThread {
        @Bean(destroyMethod = "shutdownNow")
        ExecutorService xyWebSocketExecutor() {
            return Executors.newSingleThreadExecutor();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ThreadPerTask {
        @Bean
        Executor xyWebSocketExecutor() {
            return new VirtualThreadTaskExecutor();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoThread {
        @Bean
        Executor xyWebSocketExecutor() {
            return task -> {
                task.run();
                ran.add(current());
            };
        }
    }

    private static final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

    private static void assertThatHandlersFindTheirPeersLogin(App app) throws InterruptedException {
        BlockingQueue<String> told = app.bean(Desk.class).told;
        try (RawClient ada = Staff.connect(app, "ada");
                RawClient bob = Staff.connect(app, "bob");
                RawClient nobody = app.connect()) {
            assertThat(told.take() + told.take() + told.take())
                    .contains("up ada")
                    .contains("up bob")
                    .contains("up anonymousUser");
            for (int i = 0; i < 20; i++) {
                assertThat(ada.call("whoAmI", "null").next()).endsWith("\"p\":\"ada\"}");
                assertThat(bob.call("registered", "\"\"").next()).endsWith("\"p\":\"bob\"}");
                assertThat(nobody.call("whoAmI", "null").next()).endsWith("\"p\":\"anonymousUser\"}");
            }
            bob.event("note", "\"\"");
            assertThat(told.take()).isEqualTo("note bob");
            bob.close();
            assertThat(told.take()).isEqualTo("down bob");
        }
    }

    private static void assertThatALoginStaysWhileTheHandlerWaits(App app) {
        try (RawClient ada = Staff.connect(app, "ada");
                RawClient bob = Staff.connect(app, "bob")) {
            String question = ada.call("whoAmIAfterAsking", "null").next();
            assertThat(bob.call("whoAmI", "null").next()).endsWith("\"p\":\"bob\"}");
            assertThat(ada.ask(Json.resolve(question, "\"x\""))).endsWith("\"p\":\"ada ada\"}");
        }
    }

    private static void assertThatNobodyIsThereAfterwards(App app) throws InterruptedException {
        BlockingQueue<String> asked = app.bean(Desk.class).asked;
        try (RawClient ada = Staff.connect(app, "ada");
                RawClient nobody = app.connect()) {
            for (int i = 0; i < 20; i++) {
                for (RawClient peer : List.of(ada, nobody)) {
                    assertThat(peer.call("whoIsLeftBehind", "null").next()).endsWith("\"p\":\"none\"}");
                    String question = peer.call("whoAmILater", "null").next();
                    asked.take(); // its stage is there
                    assertThat(peer.ask(Json.resolve(question, "\"x\""))).endsWith("\"p\":\"none\"}");
                }
            }
        }
    }

    @Test
    void onOurPool() throws InterruptedException {
        try (App app = App.secured().start(Staff.class, Desk.class)) {
            assertThatHandlersFindTheirPeersLogin(app);
            assertThatALoginStaysWhileTheHandlerWaits(app);
            assertThatNobodyIsThereAfterwards(app);
        }
    }

    @Test
    void onTheOnlyThreadOfOurPool() throws InterruptedException {
        try (App app = App.secured("xy.websocket.executor.max-threads=1").start(Staff.class, Desk.class)) {
            assertThatHandlersFindTheirPeersLogin(app);
            assertThatNobodyIsThereAfterwards(app);
        }
    }

    @Test
    void onVirtualThreads() throws InterruptedException {
        assumeTrue(Runtime.version().feature() >= 21);
        try (App app = App.secured().start(Staff.class, Desk.class, ThreadPerTask.class)) {
            assertThatHandlersFindTheirPeersLogin(app);
            assertThatALoginStaysWhileTheHandlerWaits(app);
            assertThatNobodyIsThereAfterwards(app);
        }
    }

    @Test
    void onAThreadOfTheApplicationsWhichIsLeftAsItWas() throws Exception {
        try (App app = App.secured().start(Staff.class, Desk.class, OneThread.class)) {
            assertThatHandlersFindTheirPeersLogin(app);
            assertThatNobodyIsThereAfterwards(app);
            assertThat(app.bean(ExecutorService.class)
                            .submit(SecurityContextTests::current)
                            .get())
                    .isEqualTo("none");
        }
    }

    @Test
    void onTheThreadThatReads() throws InterruptedException {
        ran.clear();
        try (App app = App.secured().start(Staff.class, Desk.class, NoThread.class)) {
            assertThatHandlersFindTheirPeersLogin(app);
            assertThatNobodyIsThereAfterwards(app);
            assertThat(ran).isNotEmpty().containsOnly("none");
        }
    }
}
