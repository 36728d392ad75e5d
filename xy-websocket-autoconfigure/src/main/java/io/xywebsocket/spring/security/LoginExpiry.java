package io.xywebsocket.spring.security;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyConnectionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * The end of logins that have one.
 *
 * @since 0.1
 */
public final class LoginExpiry {

    private LoginExpiry() {}

    /**
     * Closes peers with 4401 when their login expires.
     *
     * @param expiries asked beside our own, which knows tokens of the resource server where that is on the class path; asked for
     *     when the first peer connects
     * @param clock    the endpoint's; asked for later
     * @param loader   the application's class loader; null for the default one
     */
    public static XyConnectionListener watch(
            Supplier<List<XyExpiry>> expiries, Supplier<XyClock> clock, @Nullable ClassLoader loader) {
        return new ExpiryWatch(() -> withOurs(expiries.get(), loader), clock);
    }

    private static List<XyExpiry> withOurs(List<XyExpiry> expiries, @Nullable ClassLoader loader) {
        List<XyExpiry> all = new ArrayList<>(expiries);
        if (ClassUtils.isPresent("org.springframework.security.oauth2.core.AbstractOAuth2Token", loader)) {
            all.add(new TokenExpiry());
        }
        return all;
    }
}
