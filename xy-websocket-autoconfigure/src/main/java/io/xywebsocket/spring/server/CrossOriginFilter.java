package io.xywebsocket.spring.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsProcessor;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets pages of the origins that may connect also read the script and fetch tickets: adds the CORS headers of the
 * <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch standard</a> and answers preflight requests. Requests of other
 * origins go on as they came, without these headers. Immutable.
 *
 * @since 0.1
 */
public final class CrossOriginFilter extends OncePerRequestFilter implements Ordered {

    /** Before the security chain, which knows nothing of preflight requests unless the application has told it. */
    private static final int ORDER = HIGHEST_PRECEDENCE + 100;

    private final CorsProcessor processor = new DefaultCorsProcessor();
    private final CorsConfiguration configuration = new CorsConfiguration();
    private final List<String> paths;

    /**
     * @param origins as in {@link XyHandshakes#allowedOrigins}; if there are none, nothing is done
     * @param paths   below the context path; empty ones are left out
     */
    public CrossOriginFilter(List<String> origins, List<String> paths) {
        this.paths = origins.isEmpty()
                ? List.of()
                : paths.stream().filter(path -> !path.isEmpty()).toList();
        configuration.setAllowedOriginPatterns(origins);
        configuration.setAllowedMethods(List.of(HttpMethod.GET.name(), HttpMethod.HEAD.name(), HttpMethod.POST.name()));
        configuration.addAllowedHeader(CorsConfiguration.ALL);
        configuration.setAllowCredentials(true); // as the handshake takes the cookies of these origins
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        // the path within the servlet, which may have one of its own
        String path = request.getPathInfo() != null ? request.getPathInfo() : request.getServletPath();
        return !paths.contains(path);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (!Origins.isWellFormed(origin) || configuration.checkOrigin(origin) == null) {
            response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
            chain.doFilter(request, response);
        } else if (processor.processRequest(configuration, request, response)
                && !CorsUtils.isPreFlightRequest(request)) {
            chain.doFilter(request, response);
        }
    }
}
