package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Three peers call what blocks, as often as they may; somebody else calls what doesn't. */
@Tag("server")
class FairServiceTests {

    @Configuration(proxyBeanMethods = false)
    static class TaskPool {
        @Bean
        ThreadPoolTaskExecutor xyWebSocketExecutor() {
            ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
            pool.setCorePoolSize(20);
            pool.setMaxPoolSize(1_000); // which it has only once its queue is full
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Refusing {
        @Bean
        ThreadPoolTaskExecutor xyWebSocketExecutor() {
            ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
            pool.setMaxPoolSize(20);
            pool.setQueueCapacity(0);
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Throttled {
        @Bean
        SimpleAsyncTaskExecutor xyWebSocketExecutor() {
            SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("throttled-");
            executor.setConcurrencyLimit(20);
            return executor;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Fixed {
        @Bean(destroyMethod = "shutdownNow")
        ExecutorService xyWebSocketExecutor() {
            return Executors.newFixedThreadPool(20);
        }
    }

    /** One that can't be asked. */
    @Configuration(proxyBeanMethods = false)
    static class Wrapped {
        @Bean(destroyMethod = "shutdownNow")
        ExecutorService threads() {
            return Executors.newFixedThreadPool(20);
        }

        @Bean
        Executor xyWebSocketExecutor(ExecutorService threads) {
            return threads::execute;
        }
    }

    private static void assertServes(App app) {
        try (RawClient bystander = app.connect()) {
            long[] nanos = new long[50];
            for (int i = 0; i < nanos.length; i++) {
                long start = System.nanoTime();
                assertThat(bystander.call("echo", "" + i).next()).endsWith("\"p\":" + i + "}");
                nanos[i] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            assertThat(nanos[nanos.length / 2])
                    .as("mostly at once")
                    .isLessThan(Duration.ofSeconds(1).toNanos());
        }
    }

    private static void threePeersLeaveSomethingToOthers(App running) {
        try (App app = running) {
            Functions functions = app.bean(Functions.class);
            List<RawClient> attackers = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    int before = functions.held.get();
                    RawClient attacker = app.connect();
                    attackers.add(attacker);
                    for (int call = 0; call < 256; call++) {
                        attacker.call("hold", "" + call, "" + call);
                    }
                    await().until(() -> functions.held.get() > before);
                }
                assertServes(app);
                attackers.forEach(RawClient::close);
                await().until(() -> app.endpoint().statistics().peers() == 0);
                assertServes(app);
                assertThat(app.endpoint().statistics().refusedCalls()).isZero();
            } finally {
                functions.letGo();
                attackers.forEach(RawClient::close);
            }
            await().until(() -> app.endpoint().statistics().closing() == 0);
        }
    }

    @Test
    void onOurPoolOrVirtualThreads() {
        threePeersLeaveSomethingToOthers(App.of(Functions.class));
    }

    @Test
    void onATaskExecutorWithAQueue() {
        threePeersLeaveSomethingToOthers(App.of(Functions.class, TaskPool.class));
    }

    @Test
    void onATaskExecutorThatRefuses() {
        threePeersLeaveSomethingToOthers(App.of(Functions.class, Refusing.class));
    }

    @Test
    void onATaskExecutorThatHasItsCallersWait() {
        threePeersLeaveSomethingToOthers(App.of(Functions.class, Throttled.class));
    }

    @Test
    void onAFixedPool() {
        threePeersLeaveSomethingToOthers(App.of(Functions.class, Fixed.class));
    }

    @Test
    void onAnExecutorThatCannotBeAskedIfTheMaximumIsSet() {
        threePeersLeaveSomethingToOthers(
                App.with("xy.websocket.executor.max-threads=20").start(Functions.class, Wrapped.class));
    }
}
