package io.xywebsocket.spring.locale;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.spring.server.HandshakeNote;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;
import org.springframework.web.servlet.LocaleContextResolver;
import org.springframework.web.servlet.LocaleResolver;

/**
 * Asks the application's {@link LocaleResolver} for a peer's locale while there is a request: it may be fixed, or in a
 * cookie.
 *
 * @since 0.1
 */
public final class HandshakeLocale implements HandshakeNote {

    private static final Logger log = LoggerFactory.getLogger(HandshakeLocale.class);

    private final LocaleResolver resolver;

    /** @param resolver as Spring MVC asks it for each request */
    public HandshakeLocale(LocaleResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public void take(HttpServletRequest request, XyHandshake handshake) {
        try {
            PeerLocale.note(handshake, resolve(request));
        } catch (RuntimeException e) {
            // some containers, and resolvers, throw for a header that they can't read: PeerLocale then reads it itself
            log.debug(
                    "The locale of a handshake can't be told: {}", e.getClass().getName());
        }
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
}
