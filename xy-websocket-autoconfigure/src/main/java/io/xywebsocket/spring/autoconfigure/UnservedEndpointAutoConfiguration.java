package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyJson;
import io.xywebsocket.engine.XyEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * The endpoint's beans where nothing serves it, because {@code xy.websocket.enabled} is false or the application runs without a web
 * server: what injects them works on, and finds no peers. Annotated handlers are not registered.
 *
 * @since 0.1
 */
@AutoConfiguration(
        after = XyWebSocketAutoConfiguration.class,
        afterName = "io.xywebsocket.test.spring.XyTestAutoConfiguration") // which serves it without a web server
@ConditionalOnClass(
        name = {"org.springframework.web.servlet.DispatcherServlet", "org.springframework.web.socket.WebSocketHandler"})
@Conditional(NoReactiveServer.class)
@ConditionalOnMissingBean(XyEndpoint.class)
@Import({EndpointParts.class, XyHandlersConfiguration.class})
public class UnservedEndpointAutoConfiguration {

    @Bean
    XyEndpoint xyEndpoint(XyJson json) {
        return XyEndpoint.builder().json(json).build();
    }
}
