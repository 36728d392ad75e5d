package io.xywebsocket.spring.server;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** One kind of servlet container, which gives the socket of a request away. Its class is loaded only where the container is. */
interface ServletContainer {

    /** The containers whose classes are there. */
    static List<ServletContainer> present() {
        List<ServletContainer> present = new ArrayList<>();
        if (ClassUtils.isPresent(
                "org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler",
                ServletContainer.class.getClassLoader())) {
            present.add(new TomcatContainer());
        }
        if (ClassUtils.isPresent("org.eclipse.jetty.server.HttpStream", ServletContainer.class.getClassLoader())) {
            present.add(new JettyContainer());
        }
        return present;
    }

    /** The container's own request, behind the wrappers that filters have put around it. */
    static ServletRequest unwrap(ServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner;
    }

    /** The one that a request comes from; null if there is none that is known. */
    static @Nullable ServletContainer of(List<ServletContainer> present, HttpServletRequest request) {
        ServletRequest inner = unwrap(request);
        return present.stream()
                .filter(container -> container.owns(inner))
                .findFirst()
                .orElse(null);
    }

    /** @param request as the container has made it */
    boolean owns(ServletRequest request);

    /**
     * Gives the socket to a connection once the response has gone out.
     *
     * @param response has everything that the client is to see already, the status too
     */
    void upgrade(HttpServletRequest request, HttpServletResponse response, UpgradedConnection connection)
            throws IOException, ServletException;
}
