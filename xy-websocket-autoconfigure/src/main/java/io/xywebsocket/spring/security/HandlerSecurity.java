package io.xywebsocket.spring.security;

import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.spring.handlers.HandlerRules;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/** The parts that secure one endpoint's handlers, which belong together. Immutable. */
public final class HandlerSecurity {

    private final OpenHandlers open = new OpenHandlers();
    private final PeerContexts contexts;
    private final boolean denyByDefault;

    /**
     * @param holder        where handlers, and what they call, look for the login
     * @param denyByDefault whether functions and listeners that have no rule refuse everybody
     */
    public HandlerSecurity(SecurityContextHolderStrategy holder, boolean denyByDefault) {
        this.contexts = new PeerContexts(holder);
        this.denyByDefault = denyByDefault;
    }

    /**
     * Puts the login around handlers, and nothing else.
     *
     * @param holder where handlers, and what they call, look for the login
     */
    public static XyHandlerDecorator contexts(SecurityContextHolderStrategy holder) {
        OpenHandlers untold = new OpenHandlers();
        untold.forget();
        return new SecuredHandlers(new PeerContexts(holder), untold, false);
    }

    /** Puts the login, and the refusal of what has no rule, around handlers. */
    public XyHandlerDecorator decorator() {
        return new SecuredHandlers(contexts, open, denyByDefault);
    }

    /** Knows which methods of beans have a rule. */
    public HandlerRules methodRules(ConfigurableListableBeanFactory beans) {
        return new MethodRules(beans);
    }

    /**
     * Says at start-up what is open, if the application has a security chain.
     *
     * @param includeMessage whether the text of unexpected exceptions goes to peers
     * @param beans          where the chain is, if there is one
     */
    public ApplicationListener<ApplicationReadyEvent> notice(
            boolean includeMessage, ConfigurableListableBeanFactory beans) {
        return new StartUpNotice(open, denyByDefault, includeMessage, beans);
    }
}
