package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.client.XyClient;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Makes a bean of each client that the properties tell of, qualified by its name; the one without a name is the one that is
 * meant where nothing is said. A bean of the application's with that bean's name takes its place.
 */
final class ClientDefinitions implements ImportBeanDefinitionRegistrar {

    private final Environment environment;

    ClientDefinitions(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Binder.get(environment)
                .bindOrCreate("xy.websocket", XyClientProperties.class)
                .all()
                .keySet()
                .forEach(name -> register(name, registry));
    }

    private static void register(String name, BeanDefinitionRegistry registry) {
        String beanName = ConfiguredClients.beanName(name);
        if (registry.containsBeanDefinition(beanName)) {
            return;
        }
        RootBeanDefinition definition = new RootBeanDefinition(XyClient.class);
        definition.setFactoryBeanName(XyClientAutoConfiguration.CLIENTS);
        definition.setFactoryMethodName("client");
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        if (name.equals(XyClientProperties.UNNAMED)) {
            definition.setPrimary(true);
        } else {
            definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
        }
        registry.registerBeanDefinition(beanName, definition);
    }
}
