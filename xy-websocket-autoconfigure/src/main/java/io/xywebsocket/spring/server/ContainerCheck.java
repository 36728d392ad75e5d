package io.xywebsocket.spring.server;

import io.xywebsocket.spring.startup.StartUpException;
import jakarta.servlet.ServletContext;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.ServletContextAware;

/**
 * Says at start-up what would show at the first handshake only: that the servlet container isn't supported. One that is known not to be ends
 * the start-up; of one that isn't known there is a warning, as a supported one may be in it.
 *
 * @since 0.1
 */
public final class ContainerCheck implements ServletContextAware {

    static final String SUPPORTED = "xy-websocket runs on Tomcat 10.1 and 11, and on Jetty 12";

    private static final Logger log = LoggerFactory.getLogger(ContainerCheck.class);

    /** The last are Spring's mocks: there is no container. */
    private static final List<String> ACCEPTED =
            List.of("org.apache.catalina.", "org.eclipse.jetty.", "org.springframework.");

    private static final String UNDERTOW = "io.undertow.";

    /** @throws StartUpException if the context is of a container that is known not to be supported */
    @Override
    public void setServletContext(ServletContext context) {
        String type = context.getClass().getName();
        if (type.startsWith(UNDERTOW)) {
            throw new StartUpException(
                    SUPPORTED + "; this application runs on Undertow.",
                    "Run the application on Tomcat or Jetty: with spring-boot-starter-tomcat or spring-boot-starter-jetty in the"
                            + " place of the other container's starter; or set xy.websocket.enabled=false to do without the"
                            + " endpoint.",
                    null);
        }
        if (ACCEPTED.stream().noneMatch(type::startsWith)) {
            log.warn(
                    "Handshakes may be refused with 500: {}, and this servlet container is another ({})",
                    SUPPORTED,
                    type);
        }
    }
}
