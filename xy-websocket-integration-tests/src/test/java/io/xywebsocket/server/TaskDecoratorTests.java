package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.engine.Intercept;
import io.xywebsocket.spring.XyClientHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** The application's TaskDecorator beans around handlers. */
@ExtendWith(OutputCaptureExtension.class)
class TaskDecoratorTests {

    private static final boolean VIRTUAL = Boolean.getBoolean("xy.test.virtual-threads");

    /** What the decorators and handlers of the running test have done. */
    private static final List<String> NOTES = new CopyOnWriteArrayList<>();

    @AfterEach
    void forget() {
        NOTES.clear();
        ContextRegistry.getInstance().removeThreadLocalAccessor(Slf4jThreadLocalAccessor.KEY);
    }

    private static List<String> taken() {
        List<String> taken = List.copyOf(NOTES);
        NOTES.removeAll(taken);
        return taken;
    }

    private static void awaitNotes(int count) {
        await().until(() -> NOTES.size() >= count);
    }

    private static TaskDecorator noting(String who) {
        return task -> {
            String thread = Thread.currentThread().toString();
            return () -> {
                assertThat(Thread.currentThread().toString()).isEqualTo(thread);
                NOTES.add(who + " begins");
                task.run();
                NOTES.add(who + " ends");
            };
        };
    }

    static class Desk implements XyConnectionListener {

        @XyRpc
        String thread() {
            NOTES.add("thread");
            return Thread.currentThread().toString();
        }

        @XyRpc
        void full() {
            NOTES.add("full");
            throw new XyException(409, "Full");
        }

        @XyRpc
        CompletableFuture<String> later() {
            NOTES.add("later");
            return CompletableFuture.supplyAsync(() -> "done");
        }

        @XyEvent
        void note(String text) {
            NOTES.add("note " + text);
        }

        @XyEvent("note")
        CompletableFuture<Void> noteLater(String text) {
            NOTES.add("awaited " + text);
            return CompletableFuture.runAsync(() -> {});
        }

        @Override
        public void connected(XyPeer peer) {
            NOTES.add("connected");
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            NOTES.add("disconnected");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Two {

        @Bean
        @Order(2)
        TaskDecorator second() {
            return noting("second");
        }

        @Bean
        @Order(1)
        TaskDecorator first() {
            return noting("first");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class One {
        @Bean
        TaskDecorator decorator() {
            return noting("task");
        }
    }

    @Test
    void standAroundFunctionsListenersAndConnectionListeners() {
        try (App app = App.of(Desk.class, One.class);
                RawClient client = app.connect()) {
            awaitNotes(3);
            assertThat(taken()).containsExactly("task begins", "connected", "task ends");
            String thread = client.call("thread", "null").next();
            assertThat(thread).contains(VIRTUAL ? "VirtualThread" : "xy-");
            assertThat(taken()).containsExactly("task begins", "thread", "task ends");
            assertThat(client.call("full", "null").next()).contains("\"status\":409");
            assertThat(client.call("later", "null").next()).contains("done");
            assertThat(taken())
                    .containsExactly("task begins", "full", "task ends", "task begins", "later", "task ends");
            client.event("note", "\"a\"");
            awaitNotes(6);
            assertThat(taken())
                    .containsExactlyInAnyOrder(
                            "task begins", "note a", "task ends", "task begins", "awaited a", "task ends");
            app.endpoint().handlers().fallback((name, payload, peer) -> NOTES.add("fallback"));
            client.call("other", "null").next();
            assertThat(taken()).containsExactly("task begins", "fallback", "task ends");
            client.close();
            awaitNotes(3);
            assertThat(taken()).containsExactly("task begins", "disconnected", "task ends");
        }
    }

    /** Of several, the first one is innermost, as in Spring Boot's executors. */
    @Test
    void areComposedInTheirOrder() {
        try (App app = App.of(Desk.class, Two.class);
                RawClient client = app.connect()) {
            awaitNotes(5);
            NOTES.clear();
            client.call("thread", "null").next();
            assertThat(taken()).containsExactly("second begins", "first begins", "thread", "first ends", "second ends");
        }
    }

    @Test
    void doNothingWhereThereAreNone() {
        try (App app = App.of(Desk.class)) {
            XyHandlerDecorator none = app.context().getBean("xyTaskDecorator", XyHandlerDecorator.class);
            Desk desk = app.bean(Desk.class);
            assertThat(none.connectionListener(desk)).isSameAs(desk);
        }
    }

    // ---- with interceptors

    @Configuration(proxyBeanMethods = false)
    static class Intercepted {
        @Bean
        XyInterceptor interceptor() {
            return Intercept.all((message, chain) -> {
                NOTES.add("interceptor " + message.direction());
                return chain.proceed(message);
            });
        }
    }

    @Test
    void standAroundInterceptorsToo() {
        try (App app = App.of(Desk.class, One.class, Intercepted.class);
                RawClient client = app.connect()) {
            awaitNotes(3);
            NOTES.clear();
            client.call("thread", "null").next();
            assertThat(taken()).containsExactly("task begins", "interceptor IN", "thread", "task ends");
            app.endpoint().broadcaster().broadcast("news", 1);
            assertThat(taken()).containsExactly("interceptor OUT");
        }
    }

    @Test
    void standOnceAroundTheInterceptorsAndListenersOfAnEvent() {
        try (App app = App.of(Desk.class, One.class, Intercepted.class);
                RawClient client = app.connect()) {
            awaitNotes(3);
            NOTES.clear();
            app.endpoint().handlers().on("plain", (name, payload, peer) -> NOTES.add("one"));
            app.endpoint().handlers().on("plain", (name, payload, peer) -> NOTES.add("other"));
            client.event("plain", "1");
            awaitNotes(5);
            assertThat(taken()).containsExactly("task begins", "interceptor IN", "one", "other", "task ends");
        }
    }

    /** Holds back calls of one name. */
    @Configuration(proxyBeanMethods = false)
    static class Holding {

        static volatile CompletableFuture<Void> held = new CompletableFuture<>();

        @Bean
        XyInterceptor holding() {
            return Intercept.incomingCalls((call, chain) -> {
                if (!call.name().equals("held")) {
                    return chain.proceed(call);
                }
                NOTES.add("holding");
                return held.thenApply(released -> {
                    try {
                        return chain.proceed(call);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
            });
        }
    }

    @Test
    void standAroundAFunctionThatRunsOnTheThreadOfAnotherPeersFunction() {
        Holding.held = new CompletableFuture<>();
        try (App app = App.of(Desk.class, One.class, Holding.class);
                RawClient one = app.connect();
                RawClient other = app.connect()) {
            awaitNotes(6);
            NOTES.clear();
            app.endpoint().handlers().register("held", (name, payload, peer) -> NOTES.add("held"));
            app.endpoint().handlers().register("release", (name, payload, peer) -> {
                NOTES.add("release");
                return Holding.held.complete(null);
            });
            one.call("held", "null");
            awaitNotes(3);
            assertThat(taken()).containsExactly("task begins", "holding", "task ends");
            assertThat(other.call("release", "null").next()).contains("true");
            assertThat(one.next()).contains("true");
            assertThat(taken())
                    .containsExactly("task begins", "release", "task begins", "held", "task ends", "task ends");
        }
    }

    // ---- login and locale

    @Configuration(proxyBeanMethods = false)
    static class Curious {
        @Bean
        TaskDecorator curious() {
            return task -> {
                Authentication login = SecurityContextHolder.getContext().getAuthentication();
                NOTES.add(
                        login.getName() + " " + LocaleContextHolder.getLocale().getLanguage());
                return task;
            };
        }
    }

    @Test
    void findTheLoginAndTheLocaleOfThePeer() {
        try (App app = App.secured().start(Staff.class, Desk.class, Curious.class);
                RawClient client = app.handshake()
                        .header("Authorization", Staff.basic("ada"))
                        .header("Accept-Language", "fr")
                        .open()) {
            client.call("thread", "null").next();
            assertThat(taken()).containsExactly("ada fr", "connected", "ada fr", "thread");
        }
    }

    // ---- MDC

    static class Logging {

        @XyRpc
        String mdc(String key) {
            return Thread.currentThread() + " " + MDC.get(key);
        }

        @XyRpc
        void put(String key) {
            MDC.put(key, "left behind");
        }

        @XyEvent
        void put(String key, XyPeer peer) {
            MDC.put(key, "left behind");
            peer.send("put", MDC.get("task"));
        }
    }

    /** As documents of Spring show it. */
    @Configuration(proxyBeanMethods = false)
    static class Mdc {
        @Bean
        TaskDecorator mdc() {
            return task -> () -> {
                MDC.put("task", "handler");
                try {
                    task.run();
                } finally {
                    MDC.clear();
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnExecutor {

        @Bean(destroyMethod = "shutdownNow")
        ExecutorService xyWebSocketExecutor() {
            return Executors.newSingleThreadExecutor(task -> new Thread(task, "own"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AfterEvents {
        @Bean
        XyInterceptor after() {
            return Intercept.incomingEvents((event, chain) -> {
                var unfinished = chain.proceed(event);
                NOTES.add("after " + MDC.get("task"));
                return unfinished;
            });
        }
    }

    @Test
    void leaveTheMdcToAnInterceptorAfterTheListeners() {
        try (App app = App.of(Logging.class, Mdc.class, AfterEvents.class);
                RawClient client = app.connect()) {
            client.event("put", "\"leak\"");
            assertThat(client.next()).contains("handler");
            awaitNotes(1);
            assertThat(taken()).containsExactly("after handler");
        }
    }

    @Test
    void fillTheMdcOnThePoolAndOnVirtualThreads() {
        assertMdc(App.with("xy.websocket.executor.max-threads=1"), VIRTUAL ? "VirtualThread" : "xy-");
    }

    @Test
    void fillTheMdcOnAnExecutorOfTheApplications() {
        assertMdc(App.with(), "own,", OwnExecutor.class);
    }

    private static void assertMdc(App.Setup setup, String thread, Class<?>... more) {
        try (App app = setup.start(Logging.class, Mdc.class, more.length == 0 ? Mdc.class : more[0]);
                RawClient client = app.connect()) {
            assertThat(client.call("mdc", "\"task\"").next()).contains(thread).contains(" handler\"");
            client.event("put", "\"leak\"");
            assertThat(client.next()).contains("handler");
            for (int i = 0; i < 20; i++) { // by one thread, or by several
                client.call("put", "\"leak\"").next();
                assertThat(client.call("mdc", "\"leak\"").next()).endsWith(" null\"}");
            }
        }
    }

    // ---- context propagation

    @Configuration(proxyBeanMethods = false)
    static class Propagating {

        @Bean
        TaskDecorator propagating() {
            ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor());
            return new ContextPropagatingTaskDecorator(
                    ContextSnapshotFactory.builder().clearMissing(true).build());
        }

        /** Marks each message, so there is a context before a handler runs. */
        @Bean
        XyInterceptor marking() {
            return Intercept.all((message, chain) -> {
                MDC.put("message", message.name());
                return chain.proceed(message);
            });
        }
    }

    @Import(Propagating.class)
    static class Hops {

        private final Executor others;

        Hops(@Qualifier("applicationTaskExecutor") Executor others) {
            this.others = others;
        }

        @XyRpc
        CompletableFuture<String> hop() {
            String here = Thread.currentThread().toString();
            return CompletableFuture.supplyAsync(
                    () -> !here.equals(Thread.currentThread().toString()) + " " + MDC.get("message"), others);
        }

        @XyRpc
        void put() {
            MDC.put("leak", "left behind");
        }

        @XyRpc
        @Nullable
        String leak() {
            return MDC.get("leak");
        }
    }

    @Test
    void carryAContextFromTheHandlerToSpringsExecutorAndLeaveNoneBehind() {
        try (App app = App.with("xy.websocket.executor.max-threads=1").start(Hops.class);
                RawClient client = app.connect()) {
            assertThat(client.call("hop", "null").next()).contains("true hop");
            for (int i = 0; i < 20; i++) {
                client.call("put", "null").next();
                assertThat(client.call("leak", "null").next()).endsWith("\"p\":null}");
            }
        }
    }

    // ---- of clients

    @Configuration(proxyBeanMethods = false)
    static class Client {

        @XyClientHandler
        @XyRpc
        String asked() {
            NOTES.add("asked");
            return "fine";
        }
    }

    @Test
    void standAroundTheHandlersOfClients() {
        try (App server = App.of(Functions.class);
                App client = App.with("xy.websocket.client.url=ws://localhost:" + server.port() + "/ws")
                        .start(Client.class, One.class)) {
            await().until(() -> client.bean(XyClient.class).state() == XyClient.State.CONNECTED);
            await().until(() -> server.endpoint().peers().size() == 1);
            awaitNotes(2);
            NOTES.clear();
            XyPeer peer = server.endpoint().peers().stream().findFirst().orElseThrow();
            assertThat(peer.await("asked", null, String.class)).isEqualTo("fine");
            assertThat(taken()).containsExactly("task begins", "asked", "task ends");
        }
    }

    // ---- that fail

    @Configuration(proxyBeanMethods = false)
    static class Failing {

        static volatile String how = "";

        @Bean
        TaskDecorator failing() {
            return task -> switch (how) {
                case "decorate" -> throw new XyException(404, "s3cret");
                case "before" ->
                    () -> {
                        throw new IllegalArgumentException("s3cret");
                    };
                case "after" ->
                    () -> {
                        task.run();
                        throw new XyException(404, "s3cret");
                    };
                case "never" -> () -> {};
                case "twice" ->
                    () -> {
                        task.run();
                        task.run();
                    };
                case "elsewhere" -> () -> CompletableFuture.runAsync(task).join();
                default -> task;
            };
        }
    }

    @Test
    void rejectCallsWith500AndALogLineIfTheyFail(CapturedOutput output) {
        Failing.how = "";
        try (App app = App.of(Desk.class, Failing.class);
                RawClient client = app.connect()) {
            client.call("thread", "null").next();
            taken();
            for (String how : List.of("decorate", "before", "after", "never", "twice", "elsewhere")) {
                Failing.how = how;
                String answer = client.call("thread", "null").next();
                assertThat(answer).as(how).contains("\"status\":500").doesNotContain("s3cret");
                String errorId = answer.replaceAll(".*\"errorId\":\"|\".*", "");
                assertThat(output.getAll()).as(how).contains("'thread' failed, errorId " + errorId);
                assertThat(taken())
                        .as(how)
                        .filteredOn(note -> !note.endsWith(" a")) // of the event of the round before, if it is late
                        .hasSize(how.equals("after") || how.equals("twice") ? 1 : 0);
                client.event("note", "\"a\"");
                Failing.how = "";
                assertThat(client.call("thread", "null").next()).as(how).contains("resolve.thread");
                taken();
            }
            assertThat(output.getAll()).contains("A TaskDecorator failed", "A TaskDecorator has not run the handler");
        }
    }

    @Test
    void logEventsThatTheyFail(CapturedOutput output) {
        Failing.how = "";
        try (App app = App.of(Desk.class, Failing.class);
                RawClient client = app.connect()) {
            client.call("thread", "null").next();
            Failing.how = "before";
            client.event("note", "\"a\"");
            await().until(() -> output.getAll().contains("A listener of 'note' failed"));
            Failing.how = "";
            client.event("note", "\"b\"");
            await().until(() -> NOTES.contains("note b"));
            assertThat(NOTES).doesNotContain("note a");
        }
    }
}
