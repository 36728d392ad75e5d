package io.xywebsocket.spring.locale;

import io.xywebsocket.XyPeer;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;

/** The locale of a peer, kept with it. */
final class PeerLocale {

    private static final String ATTRIBUTE = "io.xywebsocket.locale";

    /** A longer header is garbled, or an attempt to keep us busy. */
    private static final int LONGEST = 1000;

    static final LocaleContext DEFAULT = new SimpleLocaleContext(null);

    private PeerLocale() {}

    /** What the handshake has left for the connection. */
    static void put(Map<String, Object> attributes, LocaleContext locale) {
        boolean zoned = locale instanceof TimeZoneAwareLocaleContext aware && aware.getTimeZone() != null;
        boolean usual = !zoned && LocaleContextHolder.getLocale(null).equals(LocaleContextHolder.getLocale(locale));
        attributes.put(ATTRIBUTE, usual ? DEFAULT : locale);
    }

    static LocaleContext of(XyPeer peer) {
        if (peer.attributes().get(ATTRIBUTE) instanceof LocaleContext known) {
            return known;
        }
        LocaleContext found = peer.handshake()
                .header("Accept-Language")
                .map(PeerLocale::parse)
                .<LocaleContext>map(SimpleLocaleContext::new)
                .orElse(DEFAULT);
        put(peer.attributes(), found);
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
