package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.spring.cluster.RedisBus;
import io.xywebsocket.spring.startup.StartUpException;
import java.util.Map;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Nodes are one cluster by Redis, if the cluster has a name: an application that has Redis for its cache is in none
 * otherwise.
 *
 * @since 0.1
 */
@AutoConfiguration(
        before = XyWebSocketAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration"
        })
@ConditionalOnClass(RedisConnectionFactory.class)
@ConditionalOnBean(RedisConnectionFactory.class)
@ConditionalOnProperty(prefix = "xy.websocket.cluster", name = "name")
@ConditionalOnProperty(prefix = "xy.websocket.cluster", name = "enabled", matchIfMissing = true)
public class XyRedisClusterAutoConfiguration {

    /** The name of the bean that is taken before all others. */
    private static final String OWN_FACTORY = "xyRedis";

    /** A property of the factories of both drivers. */
    private static final String CLUSTER = "clusterConfiguration";

    @Bean
    @ConditionalOnMissingBean
    XyBus xyBus(Map<String, RedisConnectionFactory> factories, ObjectProvider<RedisConnectionFactory> primary) {
        RedisConnectionFactory own = factories.get(OWN_FACTORY);
        RedisConnectionFactory chosen = own == null ? primary.getIfUnique() : own;
        if (chosen == null) {
            throw StartUpException.ofProperty(
                    "xy.websocket.cluster.name",
                    "is set, but there are several beans of type RedisConnectionFactory: "
                            + String.join(", ", factories.keySet()) + ".",
                    "Mark the one for the endpoint with @Primary, or name it '" + OWN_FACTORY + "'.");
        }
        if (isOfRedisCluster(chosen)) {
            throw StartUpException.ofProperties(
                    "xy.websocket.cluster.name is set, but the RedisConnectionFactory connects to a Redis Cluster, over"
                            + " which the order of messages between nodes is not tested.",
                    "Define a RedisConnectionFactory bean named '" + OWN_FACTORY
                            + "', of a single server or of Sentinel, or remove xy.websocket.cluster.name.",
                    "xy.websocket.cluster.name",
                    "spring.data.redis.cluster.nodes");
        }
        return new RedisBus(chosen);
    }

    /** Asks whatever driver's it is; a factory of the application's own may not tell. */
    private static boolean isOfRedisCluster(RedisConnectionFactory factory) {
        BeanWrapper bean = PropertyAccessorFactory.forBeanPropertyAccess(factory);
        return bean.isReadableProperty(CLUSTER) && bean.getPropertyValue(CLUSTER) != null;
    }
}
