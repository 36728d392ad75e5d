package io.xywebsocket.spring.security;

import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** Says once, when the application has started, what it leaves open although it has security. */
final class StartUpNotice implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(StartUpNotice.class);

    /** The name that the application's security chain has everywhere. */
    static final String CHAIN = "springSecurityFilterChain";

    private final OpenHandlers open;
    private final boolean denyByDefault;
    private final boolean openAllowed;
    private final boolean includeMessage;
    private final BeanFactory beans;

    StartUpNotice(
            OpenHandlers open, boolean denyByDefault, boolean openAllowed, boolean includeMessage, BeanFactory beans) {
        this.open = open;
        this.denyByDefault = denyByDefault;
        this.openAllowed = openAllowed;
        this.includeMessage = includeMessage;
        this.beans = beans;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (beans.containsBean(CHAIN) || denyByDefault) {
            if (denyByDefault) {
                warn(open.functions(), "functions may be called");
                warn(open.listeners(), "events may be sent");
            } else if (!openAllowed) {
                warn(open.functionsForAnyone(), "functions may be called");
                warn(open.listenersForAnyone(), "events may be sent");
            }
            if (includeMessage) {
                log.warn(
                        "xy.websocket.include-message is 'always': peers are told the class and text of every unexpected"
                                + " exception. That is for development.");
            }
        }
        open.forget();
    }

    private void warn(Collection<String> names, String what) {
        if (names.isEmpty()) {
            return;
        }
        if (denyByDefault) {
            log.warn(
                    "These {} by nobody, because xy.websocket.deny-by-default is on and they have no rule: {}",
                    what,
                    names);
        } else {
            log.warn(
                    "These {} by anyone who may connect, because they have no rule of method security: {}"
                            + " (xy.websocket.deny-by-default=true refuses them; with"
                            + " xy.websocket.security.open-handlers=allowed this is not said again)",
                    what,
                    names);
        }
    }
}
