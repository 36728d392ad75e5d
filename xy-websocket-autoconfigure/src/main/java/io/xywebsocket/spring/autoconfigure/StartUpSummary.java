package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.untrusted.LogText;
import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Logs where the endpoint is, what it offers and how it is secured, once the application has started and its beans have
 * registered their handlers.
 */
final class StartUpSummary implements ApplicationListener<ApplicationReadyEvent>, Ordered {

    static final String ENDPOINT = "xyWebSocketHandlerMapping";
    static final String SCRIPT = "xyScriptMapping";

    private static final Logger log = LoggerFactory.getLogger(StartUpSummary.class);

    private final WebApplicationContext context;
    private final String scriptPath;
    private final SecuritySummary security;

    StartUpSummary(WebApplicationContext context, String scriptPath, SecuritySummary security) {
        this.context = context;
        this.scriptPath = scriptPath;
        this.security = security;
    }

    /** Before the notice about open handlers, which forgets them. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (event.getApplicationContext() == context && log.isInfoEnabled()) { // not that of a child
            context.getBeanProvider(XyEndpoint.class).ifUnique(endpoint -> LogText.quietly(() -> log(endpoint)));
        }
    }

    private void log(XyEndpoint endpoint) {
        List<String> scripts = paths(SCRIPT);
        String script = scripts.contains(scriptPath) ? scriptPath : String.join(", ", scripts);
        String where = paths(ENDPOINT).stream().map(this::full).collect(Collectors.joining(", "));
        log.info(
                "xy-websocket endpoint{}: {}, {}; {}",
                where.isEmpty() ? "" : " " + where,
                count(endpoint.functionCount(), "function"),
                count(endpoint.eventCount(), "event"),
                script.isEmpty() ? "no script" : "script " + full(script));
        log.info("xy-websocket security: {}", security.text());
        if (endpoint.clusterStatistics().isPresent()) {
            logCluster();
        }
    }

    private void logCluster() {
        XyBus bus = context.getBean(XyBus.class);
        log.info(
                "xy-websocket cluster: node {} of '{}', over {}",
                context.getBean(NodeMessages.class).node(),
                context.getBean(XyWebSocketProperties.class).cluster().name(),
                ClassUtils.getShortName(bus.getClass()));
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Returns the paths of a mapping bean; none if it is the application's own and of another type. */
    private List<String> paths(String mapping) {
        return context.containsBean(mapping) && context.getBean(mapping) instanceof SimpleUrlHandlerMapping known
                ? known.getUrlMap().keySet().stream().sorted().toList()
                : List.of();
    }

    /** Returns a path as browsers request it: below the context path and the path of Spring's servlet. */
    private String full(String path) {
        ServletContext servlets = context.getServletContext();
        String servlet = context.getEnvironment().getProperty("spring.mvc.servlet.path", "");
        String below = StringUtils.trimTrailingCharacter(servlet, '/');
        return (servlets == null ? "" : servlets.getContextPath()) + below + path;
    }
}
