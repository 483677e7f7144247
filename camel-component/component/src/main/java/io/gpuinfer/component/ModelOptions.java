package io.gpuinfer.component;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.PropertiesHelper;

/**
 * What the component was told of one model by name, before any URI.
 *
 * @param options values by the names of an endpoint's options
 */
record ModelOptions(Map<String, Object> options) {

  private static final String SETTINGS = "settings";

  /** Takes the options out that are settings of the task, without what they begin with. */
  static Map<String, Object> takeSettings(Map<String, Object> options) {
    return PropertiesHelper.extractProperties(options, SETTINGS + ".");
  }

  /**
   * Sets them.
   *
   * @throws IllegalArgumentException when there is no such option, or a value does not fit
   */
  void apply(CamelContext context, String model, GpuInferConfiguration configuration) {
    Map<String, Object> left = new HashMap<>(options);
    configuration.getSettings().putAll(takeSettings(left));
    if (left.remove(SETTINGS) instanceof Map<?, ?> settings) {
      settings.forEach((name, value) -> configuration.getSettings().put(name.toString(), value));
    }
    try {
      PropertyBindingSupport.build()
          .withCamelContext(context)
          .withTarget(configuration)
          .withConfigurer(new GpuInferConfigurationConfigurer())
          .withProperties(left)
          .withIgnoreCase(true)
          .withMandatory(true)
          .bind();
    } catch (PropertyBindingException e) {
      throw new IllegalArgumentException(
          "models.%s.%s of the component gpu-infer cannot be set to '%s': it must be an option of endpoints, with a value of its type"
              .formatted(model, e.getPropertyName(), e.getValue()),
          e);
    }
  }
}
