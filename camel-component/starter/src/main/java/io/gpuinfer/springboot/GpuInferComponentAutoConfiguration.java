package io.gpuinfer.springboot;

import io.gpuinfer.component.GpuInferComponent;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.ComponentConfigurationProperties;
import org.apache.camel.spring.boot.util.CamelPropertiesHelper;
import org.apache.camel.spring.boot.util.ConditionalOnCamelContextAndAutoConfigurationBeans;
import org.apache.camel.spring.boot.util.ConditionalOnHierarchicalProperties;
import org.apache.camel.spring.boot.util.HierarchicalPropertiesEvaluator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/** Gives every {@code gpu-infer} component of the application the properties set for it. */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@Conditional(ConditionalOnCamelContextAndAutoConfigurationBeans.class)
@EnableConfigurationProperties({
  ComponentConfigurationProperties.class,
  GpuInferComponentConfiguration.class,
  GpuInferModels.class
})
@ConditionalOnHierarchicalProperties({"camel.component", "camel.component.gpu-infer"})
public class GpuInferComponentAutoConfiguration {

  /** Does not let an application start that sets an option which there is not. */
  public GpuInferComponentAutoConfiguration(Environment environment) {
    OptionNames.require(environment);
  }

  /** Applied to a component when Camel first needs one. */
  @Lazy
  @Bean
  public ComponentCustomizer configureGpuInferComponent(
      ApplicationContext application,
      GpuInferComponentConfiguration properties,
      GpuInferModels models) {
    return new ComponentCustomizer() {
      @Override
      public void configure(String name, Component component) {
        CamelPropertiesHelper.copyProperties(component.getCamelContext(), properties, component);
        models.give((GpuInferComponent) component);
      }

      @Override
      public boolean isEnabled(String name, Component component) {
        return component instanceof GpuInferComponent
            && HierarchicalPropertiesEvaluator.evaluate(
                application, "camel.component.customizer", "camel.component.gpu-infer.customizer");
      }
    };
  }
}
