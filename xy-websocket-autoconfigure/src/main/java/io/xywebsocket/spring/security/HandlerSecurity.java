package io.xywebsocket.spring.security;

import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.spring.handlers.HandlerRules;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * The parts that secure one endpoint's handlers, which belong together. Immutable.
 *
 * @since 0.1
 */
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

    /** Knows which methods of beans have a rule, and hears which refuse whoever hasn't logged in by themselves. */
    public HandlerRules methodRules(ConfigurableListableBeanFactory beans) {
        return new MethodRules(beans, open);
    }

    /**
     * Returns in words whether the application has a security chain, and how many handlers have no rule. To be asked
     * before the {@link #notice}, behind which the handlers are forgotten.
     *
     * @param beans where the chain is, if there is one
     */
    public String summary(BeanFactory beans) {
        boolean chain = beans.containsBean(StartUpNotice.CHAIN);
        int count = open.functions().size() + open.listeners().size();
        String handlers = count == 0 ? "no handlers" : count == 1 ? "1 handler" : count + " handlers";
        return (chain ? "handshakes pass the Spring Security filter chain" : "there is no Spring Security filter chain")
                + "; " + handlers + " without a rule" + (count > 0 && denyByDefault ? ", denied to everybody" : "");
    }

    /**
     * Says at start-up what is open, if the application has a security chain.
     *
     * @param openAllowed    whether handlers without a rule are open on purpose, so that nothing is said of them
     * @param includeMessage whether the text of unexpected exceptions goes to peers
     * @param beans          where the chain is, if there is one
     */
    public ApplicationListener<ApplicationReadyEvent> notice(
            boolean openAllowed, boolean includeMessage, ConfigurableListableBeanFactory beans) {
        return new StartUpNotice(open, denyByDefault, openAllowed, includeMessage, beans);
    }
}
