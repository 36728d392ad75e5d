package io.xywebsocket.spring.handlers;

import java.lang.reflect.Method;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.OrderUtils;

/** A bean's place among others, found as Spring finds it for injected lists, but without making beans. */
final class BeanOrder {

    private BeanOrder() {}

    static int of(ConfigurableListableBeanFactory beans, String name, Class<?> type) {
        if (beans.containsBeanDefinition(name)) {
            BeanDefinition definition = beans.getMergedBeanDefinition(name);
            if (definition.getAttribute(AbstractBeanDefinition.ORDER_ATTRIBUTE) instanceof Integer order) {
                return order;
            }
            Method factory = definition instanceof RootBeanDefinition root ? root.getResolvedFactoryMethod() : null;
            Integer order = factory == null ? null : OrderUtils.getOrder(factory);
            if (order != null) {
                return order;
            }
        }
        if (Ordered.class.isAssignableFrom(type)
                && beans.containsSingleton(name)
                && beans.getBean(name) instanceof Ordered ordered) {
            return ordered.getOrder();
        }
        return OrderUtils.getOrder(type, Ordered.LOWEST_PRECEDENCE);
    }
}
