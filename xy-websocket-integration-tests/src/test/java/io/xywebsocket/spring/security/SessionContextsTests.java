package io.xywebsocket.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextImpl;

class SessionContextsTests {

    /** One that notes what is read of it, and that can't read everything. */
    private static final class Stored extends MockHttpSession {

        private final List<String> read = new ArrayList<>();

        @Override
        public @Nullable Object getAttribute(String name) {
            read.add(name);
            if (name.equals("broken")) {
                throw new IllegalArgumentException("a class that is not there any more");
            }
            return super.getAttribute(name);
        }
    }

    private final Authentication ada = new TestingAuthenticationToken("ada", "");
    private final Stored session = new Stored();

    @Test
    void readsNothingElseIfTheLoginIsWhereItIsUsually() {
        session.setAttribute("basket", "large");
        session.setAttribute("SPRING_SECURITY_CONTEXT", new SecurityContextImpl(ada));
        session.read.clear();
        assertThat(new SessionContexts().of(session)).containsExactly(ada);
        assertThat(session.read).containsExactly("SPRING_SECURITY_CONTEXT");
    }

    @Test
    void findsALoginUnderAnotherNameThoughAnAttributeCannotBeRead() {
        session.setAttribute("a", new SecurityContextImpl());
        session.setAttribute("broken", "x");
        session.setAttribute("z", new SecurityContextImpl(ada));
        assertThat(new SessionContexts().of(session)).containsExactly(ada);
    }
}
