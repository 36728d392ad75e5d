package io.xywebsocket.spring.locale;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyPeer;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;

/** The locale of a peer, kept with it. */
final class PeerLocale {

    /** A longer header is garbled, or an attempt to keep us busy. */
    private static final int LONGEST = 1000;

    static final LocaleContext DEFAULT = new SimpleLocaleContext(null);

    private PeerLocale() {}

    /** Keeps the locale with the connection of a handshake; the first one counts. */
    static void note(XyHandshake handshake, LocaleContext locale) {
        boolean zoned = locale instanceof TimeZoneAwareLocaleContext aware && aware.getTimeZone() != null;
        boolean usual = !zoned && LocaleContextHolder.getLocale(null).equals(LocaleContextHolder.getLocale(locale));
        XyInternals.note(handshake, LocaleContext.class, usual ? DEFAULT : locale);
    }

    static LocaleContext of(XyPeer peer) {
        XyHandshake handshake = peer.handshake();
        LocaleContext known = XyInternals.note(handshake, LocaleContext.class);
        if (known != null) {
            return known;
        }
        LocaleContext found = handshake
                .header("Accept-Language")
                .map(PeerLocale::parse)
                .<LocaleContext>map(SimpleLocaleContext::new)
                .orElse(DEFAULT);
        note(handshake, found);
        return found;
    }

    /** The one that is preferred; null if none is, or the header can't be read. */
    private static @Nullable Locale parse(String header) {
        if (header.length() > LONGEST) {
            return null;
        }
        List<LanguageRange> ranges;
        try {
            ranges = LanguageRange.parse(header);
        } catch (IllegalArgumentException e) {
            return null;
        }
        String first = ranges.isEmpty() ? "*" : ranges.get(0).getRange();
        Locale locale = Locale.forLanguageTag(first);
        return first.startsWith("*") || locale.getLanguage().isEmpty() ? null : locale;
    }
}
