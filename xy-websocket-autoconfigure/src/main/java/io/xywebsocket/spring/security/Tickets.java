package io.xywebsocket.spring.security;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyException;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.spring.server.WatchedSession;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;

/**
 * Tickets for one handshake each: they stand for a login for a short time, so that a browser needs to show no lasting secret where it
 * can't set headers. Another node of the cluster that is shown a ticket asks its issuer. Thread-safe.
 */
final class Tickets {

    /** Tells tickets from tokens of others. All characters of a ticket may stand in the name of a sub-protocol. */
    private static final String PREFIX = "xyt.";

    private static final int BYTES = 32;

    /** The subject of the question to another node. */
    private static final String QUESTION = "ticket";

    /** The timeout of another node's answer. */
    private static final long PATIENCE_MILLIS = 3000;

    /** The answer for a ticket that is void. */
    private static final String VOID = "";

    /** A ticket names the node that has issued it, if that is one of a cluster. */
    private static final Pattern OF_NODE = Pattern.compile("xyt\\.([0-9a-f]{12})\\..+");

    /** Tabs that reconnect at once need as many; who takes more loses the oldest. */
    private static final int PER_USER = 20;

    /**
     * The login for which a ticket of this node stands.
     *
     * @param session       the HTTP session that the ticket was fetched in, if any
     * @param authorization the header that it was fetched with, if any
     */
    record Login(Authentication authentication, @Nullable WatchedSession session, @Nullable String authorization) {}

    /** The login for which a ticket of another node stands, to be found by the security chain of this one too. */
    record LoginElsewhere(String user, @Nullable String authorization) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Issued(Login login, byte[] key, long until) {}

    private final SecureRandom random = new SecureRandom();
    private final Duration lifetime;
    private final LongSupplier nanoTime;

    private final NodeMessages nodes;

    // guarded by this, by handle; all live equally long, so the oldest are the first to expire
    private final Map<String, Issued> issued = new LinkedHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    Tickets(Duration lifetime, LongSupplier nanoTime, NodeMessages nodes) {
        this.lifetime = lifetime;
        this.nanoTime = nanoTime;
        this.nodes = nodes;
        nodes.answer(QUESTION, this::answer);
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
        String node = nodes.node();
        String ticket = PREFIX
                + (node == null ? "" : node + '.')
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        long now = nanoTime.getAsLong();
        synchronized (this) {
            dropExpired(now);
            dropSurplus(login.authentication().getName());
            issued.put(
                    TicketCipher.handle(ticket),
                    new Issued(
                            login,
                            TicketCipher.key(ticket),
                            now + XyClock.bounded(lifetime).toNanos()));
        }
        return ticket;
    }

    /** Who a ticket stands for; from now on it is void. Null if it is unknown, used or expired, or its session is over. */
    @Nullable
    Login redeem(String ticket) {
        Issued found = take(TicketCipher.handle(ticket));
        return found == null ? null : found.login();
    }

    private @Nullable Issued take(String handle) {
        Issued found;
        synchronized (this) {
            dropExpired(nanoTime.getAsLong());
            found = issued.remove(handle);
        }
        if (found == null) {
            return null;
        }
        WatchedSession session = found.login().session();
        return session != null && session.isOver() ? null : found;
    }

    /** Returns the node that has issued a ticket; null if it is this one or unknown. */
    @Nullable
    String issuer(String ticket) {
        String node = nodes.node();
        Matcher matcher = OF_NODE.matcher(ticket);
        return node == null || !matcher.matches() || matcher.group(1).equals(node) ? null : matcher.group(1);
    }

    /**
     * As {@link #redeem}, for a ticket that another node has issued. Waits for its answer.
     *
     * @throws XyException if that node can't be asked, or does not answer in time
     */
    @Nullable
    LoginElsewhere redeemAt(String issuer, String ticket) {
        String sealed = ask(issuer, TicketCipher.handle(ticket));
        String opened = sealed.equals(VOID) ? null : TicketCipher.open(TicketCipher.key(ticket), sealed);
        if (opened == null) {
            return null;
        }
        int end = opened.indexOf('\n'); // which a header can't contain
        return new LoginElsewhere(opened.substring(end + 1), end == 0 ? null : opened.substring(0, end));
    }

    private String ask(String issuer, String handle) {
        CompletableFuture<String> answer = nodes.ask(issuer, QUESTION, handle);
        try {
            return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof XyException failure ? failure : new XyException(503, "not answered", e);
        } catch (TimeoutException e) {
            answer.cancel(false);
            throw new XyException(503, "not answered in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new XyException(503, "interrupted", e);
        }
    }

    /** Tells another node who gets in by a ticket that it was shown, readable with that ticket only. */
    private String answer(String handle) {
        Issued found = take(handle);
        if (found == null) {
            return VOID;
        }
        String authorization = found.login().authorization();
        return TicketCipher.seal(
                found.key(),
                (authorization == null ? "" : authorization)
                        + '\n'
                        + found.login().authentication().getName());
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
