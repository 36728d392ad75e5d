package io.xywebsocket.depot;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** An application that is a client twice. */
@SpringBootApplication
class DepotApplication {

    interface Headquarters {
        @XyRpc("stock.level")
        int level(String sku);
    }

    @Component
    @XyClientHandler
    static class Clerk {

        final List<String> notes = new CopyOnWriteArrayList<>();
        private final XyClient headquarters;

        Clerk(XyClient headquarters) {
            this.headquarters = headquarters;
        }

        @XyRpc
        boolean confirm(String sku) {
            return headquarters.await("stock.level", sku, Integer.class) > 0;
        }

        @XyEvent
        void note(String text) {
            notes.add(text);
        }
    }

    @Component
    @XyClientHandler("north")
    static class NorthClerk {

        @XyRpc
        String confirm() {
            return "north";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Contracts {

        @Bean
        Headquarters north(@Qualifier("north") XyClient client) {
            return client.proxy(Headquarters.class);
        }
    }
}
