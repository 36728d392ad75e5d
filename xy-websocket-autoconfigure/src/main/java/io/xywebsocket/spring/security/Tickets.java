package io.xywebsocket.spring.security;

import io.xywebsocket.XyClock;
import io.xywebsocket.spring.server.WatchedSession;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;

/**
 * Tickets for one handshake each: they stand for a login for a short time, so that a browser needs to show no lasting secret where it
 * can't set headers. Good on this node only. Thread-safe.
 */
final class Tickets {

    /** Tells tickets from tokens of others. All characters of a ticket may stand in the name of a sub-protocol. */
    private static final String PREFIX = "xyt.";

    private static final int BYTES = 32;

    /** Tabs that reconnect at once need as many; who takes more loses the oldest. */
    private static final int PER_USER = 20;

    /** Who gets in by a ticket, and the HTTP session that it was fetched in, if any. */
    record Login(Authentication authentication, @Nullable WatchedSession session) {}

    private record Issued(Login login, long until) {}

    private final SecureRandom random = new SecureRandom();
    private final Duration lifetime;
    private final LongSupplier nanoTime;

    // guarded by this; all live equally long, so the oldest are the first to expire
    private final Map<String, Issued> issued = new LinkedHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    Tickets(Duration lifetime, LongSupplier nanoTime) {
        this.lifetime = lifetime;
        this.nanoTime = nanoTime;
    }

    Duration lifetime() {
        return lifetime;
    }

    static boolean isTicket(String token) {
        return token.startsWith(PREFIX);
    }

    String issue(Login login) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String ticket = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        long now = nanoTime.getAsLong();
        synchronized (this) {
            dropExpired(now);
            dropSurplus(login.authentication().getName());
            issued.put(ticket, new Issued(login, now + XyClock.bounded(lifetime).toNanos()));
        }
        return ticket;
    }

    /** Who a ticket stands for; from now on it is void. Null if it is unknown, used or expired, or its session is over. */
    @Nullable
    Login redeem(String ticket) {
        Issued found;
        synchronized (this) {
            dropExpired(nanoTime.getAsLong());
            found = issued.remove(ticket);
        }
        if (found == null) {
            return null;
        }
        WatchedSession session = found.login().session();
        return session != null && session.isOver() ? null : found.login();
    }

    synchronized int size() {
        return issued.size();
    }

    private void dropExpired(long now) {
        Iterator<Issued> oldest = issued.values().iterator();
        while (oldest.hasNext() && oldest.next().until() - now <= 0) {
            oldest.remove();
        }
    }

    private void dropSurplus(String user) {
        long count = issued.values().stream().filter(each -> isOf(each, user)).count();
        Iterator<Issued> oldest = issued.values().iterator();
        while (count >= PER_USER && oldest.hasNext()) {
            if (isOf(oldest.next(), user)) {
                oldest.remove();
                count--;
            }
        }
    }

    private static boolean isOf(Issued ticket, String user) {
        return Objects.equals(user, ticket.login().authentication().getName());
    }
}
