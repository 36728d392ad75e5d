package io.xywebsocket.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.cluster.RedisBus;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What an application becomes that has Redis on its class path, most of them without a server. */
@Timeout(180)
class StartUpTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithTwoFactories {

        @Bean
        RedisConnectionFactory cache() {
            return new LettuceConnectionFactory(new RedisClusterConfiguration().clusterNode("127.0.0.1", 1));
        }

        @Bean
        RedisConnectionFactory queue() {
            return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", 1));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithOneOfItsOwn extends WithTwoFactories {

        @Bean
        RedisConnectionFactory xyRedis() {
            return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", 1));
        }
    }

    private static ConfigurableApplicationContext run(Class<?> application, String... properties) {
        return new SpringApplicationBuilder(application)
                .properties("server.port=0", "spring.data.redis.port=1", "spring.data.redis.host=127.0.0.1")
                .properties("spring.data.redis.repositories.enabled=false")
                .properties(properties)
                .run();
    }

    @Test
    void withoutANameThereIsNoCluster() {
        try (ConfigurableApplicationContext context = run(Application.class)) {
            assertThat(context.getBean(XyEndpoint.class).clusterStatistics()).isEmpty();
            assertThat(context.getBeansOfType(XyBus.class)).isEmpty();
        }
    }

    @Test
    void aClusterCanBeSwitchedOff() {
        try (ConfigurableApplicationContext context =
                run(Application.class, "xy.websocket.cluster.name=shop", "xy.websocket.cluster.enabled=false")) {
            assertThat(context.getBean(XyEndpoint.class).clusterStatistics()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lettuce", "jedis"})
    void anApplicationThatIsStoppedAndStartedIsConnectedAgain(String driver) throws Exception {
        try (Redis redis = new Redis();
                ConfigurableApplicationContext context = run(
                        Application.class,
                        "xy.websocket.cluster.name=shop",
                        "spring.data.redis.client-type=" + driver,
                        "spring.data.redis.port=" + redis.port)) {
            XyEndpoint endpoint = context.getBean(XyEndpoint.class);
            await().atMost(WithNodes.SOON).until(() -> isConnected(endpoint));
            for (int i = 0; i < 2; i++) {
                context.stop();
                assertThat(isConnected(endpoint)).isFalse();
                context.start();
                await().atMost(WithNodes.SOON).until(() -> isConnected(endpoint));
            }
        }
    }

    private static boolean isConnected(XyEndpoint endpoint) {
        return endpoint.clusterStatistics().orElseThrow().connected();
    }

    @Test
    void redisClusterIsRefused() {
        assertIsRefused(1);
    }

    @Test
    void redisClusterIsRefusedWithJedisToo() throws Exception {
        try (Redis redis = Redis.cluster()) { // Jedis connects to it before it can be refused
            assertIsRefused(redis.port, "spring.data.redis.client-type=jedis");
        }
    }

    private static void assertIsRefused(int port, String... properties) {
        String[] all = Arrays.copyOf(properties, properties.length + 2);
        all[properties.length] = "xy.websocket.cluster.name=shop";
        all[properties.length + 1] = "spring.data.redis.cluster.nodes=127.0.0.1:" + port;
        assertThatThrownBy(() -> run(Application.class, all))
                .rootCause()
                .hasMessageContaining("connects to a Redis Cluster");
    }

    @Test
    void ofSeveralFactoriesOneHasToBeChosen() {
        assertThatThrownBy(() -> run(WithTwoFactories.class, "xy.websocket.cluster.name=shop"))
                .rootCause()
                .hasMessageContaining("several beans of type RedisConnectionFactory: cache, queue");
        try (ConfigurableApplicationContext context = run(WithOneOfItsOwn.class, "xy.websocket.cluster.name=shop")) {
            assertThat(context.getBean(XyBus.class)).isInstanceOf(RedisBus.class);
            assertThat(context.getBean(XyEndpoint.class).clusterStatistics()).isPresent();
        }
    }
}
