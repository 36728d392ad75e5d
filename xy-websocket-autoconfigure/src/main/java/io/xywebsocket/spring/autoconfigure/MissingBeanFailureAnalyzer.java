package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyPresence;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.engine.XyEndpoint;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/** Says why there is no bean of one of our types. */
@Order(Ordered.HIGHEST_PRECEDENCE) // Spring Boot's own would tell the developer to define one
final class MissingBeanFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

    /** There is one for each connection or call. */
    private static final Set<Class<?>> MANY = Set.of(XyPeer.class, XyMember.class, XyHandshake.class, XyPayload.class);

    private static final Set<Class<?>> OF_ENDPOINT = Set.of(
            XyEndpoint.class, XyBroadcaster.class, XyPeers.class, XyPresence.class, XyGroups.class, XyHandlers.class);

    /** Without one of these there is no endpoint. */
    private static final List<String> LIBRARIES = List.of(
            "org.springframework.web.servlet.DispatcherServlet", "org.springframework.web.socket.WebSocketHandler");

    private final @Nullable ConfigurableBeanFactory beans;

    MissingBeanFailureAnalyzer(BeanFactory beans) {
        this.beans = beans instanceof ConfigurableBeanFactory configurable ? configurable : null;
    }

    /** The reason for a missing bean, and what to use instead. */
    private record Reason(String reason, String action) {}

    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable rootFailure, NoSuchBeanDefinitionException cause, @Nullable String injectionPoint) {
        ResolvableType type = cause.getResolvableType();
        Class<?> missing = type == null ? null : type.resolve();
        Reason reason = missing == null || cause instanceof NoUniqueBeanDefinitionException
                ? null
                : reason(missing, rootFailure);
        if (missing == null || reason == null) {
            return null;
        }
        String place = injectionPoint == null ? "The application" : injectionPoint;
        return new FailureAnalysis(
                place + " required a bean of type '" + missing.getName() + "'. " + reason.reason(),
                reason.action(),
                cause);
    }

    private @Nullable Reason reason(Class<?> missing, Throwable failure) {
        if (MANY.contains(missing)) {
            return new Reason(
                    "There is no such bean, because each "
                            + (missing == XyPayload.class ? "call and event" : "connection") + " has its own.",
                    "Take it as a parameter of the method with @XyRpc or @XyEvent. To reach other peers, inject XyPresence or"
                            + " XyBroadcaster, or listen to XyConnectedEvent with @EventListener and keep the peer.");
        } else if (OF_ENDPOINT.contains(missing)) {
            return endpoint();
        }
        return missing == XyClient.class ? client(failure) : null;
    }

    private Reason endpoint() {
        if (countOf(ReactiveNoticeAutoConfiguration.class) > 0) {
            return new Reason(
                    "There is no endpoint, because this is a WebFlux application and the endpoint needs the servlet stack.",
                    "Use Spring MVC, or set spring.main.web-application-type=servlet where both are on the class path."
                            + " With xy.websocket.enabled=false the beans exist, and find no peers.");
        }
        ClassLoader loader = beans == null ? null : beans.getBeanClassLoader();
        if (!LIBRARIES.stream().allMatch(library -> ClassUtils.isPresent(library, loader))) {
            return new Reason(
                    "There is no endpoint, because Spring MVC or Spring's WebSocket support is not on the class path.",
                    "Add the dependency io.xywebsocket:xy-websocket-spring-boot-starter, which brings both.");
        }
        return new Reason(
                "There is no endpoint, because the auto-configuration of xy-websocket does not run here.",
                "Check that the application has @SpringBootApplication or @EnableAutoConfiguration and that no 'exclude' names"
                        + " XyWebSocketAutoConfiguration. A test of a slice, such as @WebMvcTest, needs a mock of the bean;"
                        + " @XyTest brings the endpoint.");
    }

    private Reason client(Throwable failure) {
        String name = qualifier(failure);
        String property = name == null ? "xy.websocket.client.url" : "xy.websocket.clients." + name + ".url";
        List<String> known = beans instanceof ListableBeanFactory all
                ? List.of(all.getBeanNamesForType(XyClient.class, true, false))
                : List.of();
        return new Reason(
                (name == null ? "No client is configured." : "No client '" + name + "' is configured.")
                        + (known.isEmpty() ? "" : " The beans of that type are: " + String.join(", ", known) + "."),
                "Set " + property + " to the address of the server, such as wss://example.com/ws"
                        + (name == null ? "." : ", or correct the name in @Qualifier."));
    }

    private int countOf(Class<?> type) {
        return beans instanceof ListableBeanFactory all ? all.getBeanNamesForType(type, true, false).length : 0;
    }

    private static @Nullable String qualifier(Throwable failure) {
        String name = null;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            InjectionPoint point =
                    each instanceof UnsatisfiedDependencyException dependency ? dependency.getInjectionPoint() : null;
            Qualifier qualifier = point == null ? null : point.getAnnotation(Qualifier.class);
            name = qualifier == null ? name : qualifier.value();
        }
        return name;
    }
}
