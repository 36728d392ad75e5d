package io.xywebsocket.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.cluster.NodeMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;

class TicketsTests {

    private static final Duration LIFETIME = Duration.ofSeconds(30);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10); // it may overflow, and means nothing by itself
    private final Tickets tickets = new Tickets(LIFETIME, now::get, new NodeMessages());

    private static Tickets.Login login(String user) {
        return new Tickets.Login(new TestingAuthenticationToken(user, ""), null, null);
    }

    @Test
    void standForTheirLoginOnce() {
        Tickets.Login ada = login("ada");
        String ticket = tickets.issue(ada);

        assertThat(tickets.redeem(ticket)).isSameAs(ada);
        assertThat(tickets.redeem(ticket)).isNull();
    }

    @Test
    void expireAndAreForgotten() {
        String old = tickets.issue(login("ada"));
        now.addAndGet(LIFETIME.toNanos() - 1);
        String young = tickets.issue(login("ada"));
        now.addAndGet(1);

        assertThat(tickets.redeem(old)).isNull();
        assertThat(tickets.size()).isEqualTo(1);
        assertThat(tickets.redeem(young)).isNotNull();
        assertThat(tickets.size()).isZero();
    }

    @Test
    void mayBeGoodForEver() {
        Tickets lasting = new Tickets(Duration.ofSeconds(Long.MAX_VALUE), now::get, new NodeMessages());
        String ticket = lasting.issue(login("ada"));
        now.addAndGet(Duration.ofDays(365).toNanos());
        assertThat(lasting.redeem(ticket)).isNotNull();
    }

    @Test
    void areBoundedForEachUserWhoLosesTheOldest() {
        String other = tickets.issue(login("bob"));
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            issued.add(tickets.issue(login("ada")));
        }

        assertThat(tickets.size()).isEqualTo(21);
        assertThat(tickets.redeem(issued.get(29))).isNull();
        assertThat(tickets.redeem(issued.get(30))).isNotNull();
        assertThat(tickets.redeem(other)).isNotNull();
    }

    @Test
    void areAllDifferentAndFitIntoASubProtocol() {
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            issued.add(tickets.issue(login("user" + i)));
        }

        assertThat(new HashSet<>(issued)).hasSize(100);
        assertThat(issued).allMatch(ticket -> ticket.matches("xyt\\.[A-Za-z0-9_-]{43}"));
        assertThat(issued).allMatch(Tickets::isTicket);
    }
}
