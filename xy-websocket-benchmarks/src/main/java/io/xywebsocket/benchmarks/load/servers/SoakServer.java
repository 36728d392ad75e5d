package io.xywebsocket.benchmarks.load.servers;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyRpc;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.engine.XyEndpoint;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;

/** Ours with everything going on at once: functions of all kinds, broadcasts, calls to peers, handlers that come and go. */
final class SoakServer implements LoadServer {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Functions functions() {
            return new Functions();
        }

        @Bean
        XyInterceptor bystander() {
            return new XyInterceptor() {};
        }

        @Bean
        Filter doorman() {
            return new Doorman();
        }
    }

    /** Knows people by their ports: one in three is nobody, one shares a login with others, one has one of his own. */
    private static final class Doorman extends OncePerRequestFilter {

        private static final int FAMILIES = 100;

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            int port = request.getRemotePort();
            Principal user =
                    switch (port % 3) {
                        case 0 -> null;
                        case 1 -> new Login("family " + port % FAMILIES);
                        default -> new Login("person " + request.getRemoteAddr() + ' ' + port);
                    };
            chain.doFilter(
                    new HttpServletRequestWrapper(request) {
                        @Override
                        public @Nullable Principal getUserPrincipal() {
                            return user;
                        }
                    },
                    response);
        }
    }

    private record Login(String name) implements Principal {

        @Override
        public String getName() {
            return name;
        }
    }

    /** Those that are measured, and others. */
    static class Functions extends EngineFunctions {

        private static final Duration ANSWER = Duration.ofSeconds(5);

        private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

        @XyRpc("slow")
        Item slow(Item item) throws InterruptedException {
            Thread.sleep(5);
            return item;
        }

        @XyRpc("later")
        CompletableFuture<Item> later(Item item) {
            CompletableFuture<Item> answer = new CompletableFuture<>();
            later.schedule(() -> answer.complete(item), 20, TimeUnit.MILLISECONDS);
            return answer;
        }

        @XyRpc("ask")
        Item ask(Item item, XyPeer peer) {
            return peer.withTimeout(ANSWER).await("echo", item, Item.class);
        }

        @XyRpc("fail")
        Item fail(Item item) {
            throw new XyException(409, "no " + item.id());
        }
    }

    private final ConfigurableApplicationContext application;
    private final XyPeers peers;
    private final Functions functions;
    private final LongAdder failures = new LongAdder();
    private final Random random = new Random(1);
    private int turns;

    private SoakServer(ConfigurableApplicationContext application) {
        this.application = application;
        this.peers = application.getBean(XyPeers.class);
        this.functions = application.getBean(Functions.class);
    }

    static SoakServer start(String... properties) {
        return new SoakServer(SpringServers.run(Application.class, properties));
    }

    @Override
    public int port() {
        return SpringServers.port(application);
    }

    /** Does all that from now on. */
    @Override
    public void startCalling(int depth, int noteLength) {
        functions.later.scheduleAtFixedRate(() -> turn(depth, noteLength), 0, 10, TimeUnit.MILLISECONDS);
    }

    private void turn(int calls, int noteLength) {
        try {
            List<XyPeer> all = peers.stream().toList();
            for (int i = 0; i < calls && !all.isEmpty(); i++) {
                call(all.get(random.nextInt(all.size())), Item.of(turns, noteLength));
            }
            if (turns++ % 20 == 0) {
                XyBroadcaster broadcaster = application.getBean(XyBroadcaster.class);
                broadcaster.broadcast("changed", Item.of(turns, noteLength));
                broadcaster.broadcastLatest("price", "A-" + turns % 7, Item.of(turns, noteLength));
                comeAndGo();
            }
        } catch (RuntimeException e) {
            failures.increment(); // a task that throws would not be run again
        }
    }

    private void call(XyPeer peer, Item item) {
        CompletableFuture<Item> answer = peer.withTimeout(Duration.ofSeconds(2)).call("echo", item, Item.class);
        if (item.id() % 10 == 0) {
            answer.cancel(true);
            return;
        }
        answer.whenComplete((value, error) -> {
            boolean gone = error instanceof XyNotConnectedException || error instanceof XyCallTimeoutException;
            if (!gone && (error != null || !value.equals(item))) {
                failures.increment();
            }
        });
    }

    private void comeAndGo() {
        XyHandlers handlers = application.getBean(XyHandlers.class);
        XyRegistration listener = handlers.on("note", Item.class, (item, peer) -> {});
        try (listener;
                XyRegistration function = handlers.register("temporary", Item.class, (item, peer) -> item)) {
            if (function == null) {
                failures.increment();
            }
        }
    }

    @Override
    public long stopCalling() {
        return failures.sum();
    }

    @Override
    public int peers() {
        return peers.size();
    }

    @Override
    public long events() {
        return functions.events();
    }

    @Override
    public String statistics() {
        XyStatistics now = application.getBean(XyEndpoint.class).statistics();
        return now.peers() + " " + now.closing() + " " + now.pendingCalls();
    }
}
