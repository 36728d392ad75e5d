package io.xywebsocket.test.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of the handlers of a Spring Boot application and of nothing else. Started are the endpoint as {@code xy.websocket} sets it
 * up, the application's JSON and validation, and of the components that it scans those with {@link io.xywebsocket.XyRpc} or {@link
 * io.xywebsocket.XyEvent} methods, {@link io.xywebsocket.XyErrorMapper}s, {@link io.xywebsocket.XyInterceptor}s, {@link
 * io.xywebsocket.spring.XyEndpointCustomizer}s, {@link io.xywebsocket.spring.XyClientCustomizer}s and what belongs to JSON. There is no web server, no data source, no security. What
 * the handlers need besides, other beans, {@code @Configuration} classes, the test {@linkplain
 * org.springframework.context.annotation.Import imports} or replaces.
 *
 * <p>The test gets an {@link io.xywebsocket.test.XyTestPeers} injected, and an {@link io.xywebsocket.test.XyTestClock}, which is the
 * endpoint's: its time stands still until the test moves it. The clients of {@code xy.websocket.client}
 * and {@code xy.websocket.clients} dial nobody: an {@link io.xywebsocket.test.XyTestServers} lets the test be their servers. After each
 * test method the peers and the servers are disconnected.
 *
 * <p>In a {@code @SpringBootTest} of the whole application, whatever its web environment, there is an {@code XyTestPeers} too; its time
 * is the machine's unless the test imports {@code XyTestClock}, and its clients dial out unless it imports {@code XyTestServers}.
 *
 * @since 0.1
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(XyTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@ImportAutoConfiguration
public @interface XyTest {

    /** The components with handlers that are started. Default: all. */
    @AliasFor("handlers")
    Class<?>[] value() default {};

    /** The components with handlers that are started. Default: all. */
    @AliasFor("value")
    Class<?>[] handlers() default {};

    /** Properties, as {@code key=value}, that are set before the application starts. */
    String[] properties() default {};

    /** Further components that are started if they are scanned. */
    ComponentScan.Filter[] includeFilters() default {};

    /** Components that are not started. */
    ComponentScan.Filter[] excludeFilters() default {};

    /** Auto-configurations that are left out. */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
