package io.xywebsocket.spring.locale;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.servlet.LocaleContextResolver;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Asks the application's {@link LocaleResolver} for a peer's locale while there is a request: it may be fixed, or in a cookie. */
public final class HandshakeLocale implements HandshakeInterceptor {

    private static final Logger log = LoggerFactory.getLogger(HandshakeLocale.class);

    private final LocaleResolver resolver;

    /** @param resolver as Spring MVC asks it for each request */
    public HandshakeLocale(LocaleResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        if (request instanceof ServletServerHttpRequest servlet) {
            try {
                PeerLocale.put(attributes, resolve(servlet.getServletRequest()));
            } catch (RuntimeException e) {
                // some containers, and resolvers, throw for a header that they can't read: then it is the default
                // locale
                log.debug(
                        "The locale of a handshake can't be told: {}",
                        e.getClass().getName());
            }
        }
        return true;
    }

    /** A copy: the resolver's own may hold the request. */
    private LocaleContext resolve(HttpServletRequest request) {
        if (resolver instanceof LocaleContextResolver wide) {
            LocaleContext found = wide.resolveLocaleContext(request);
            Locale locale = known(found.getLocale());
            TimeZone zone = found instanceof TimeZoneAwareLocaleContext aware ? aware.getTimeZone() : null;
            return new SimpleTimeZoneAwareLocaleContext(locale, zone);
        }
        return new SimpleTimeZoneAwareLocaleContext(known(resolver.resolveLocale(request)), null);
    }

    /** Containers make a locale without a language of what they can't read. */
    private static @Nullable Locale known(@Nullable Locale locale) {
        return locale == null || locale.getLanguage().isEmpty() ? null : locale;
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception exception) {}
}
