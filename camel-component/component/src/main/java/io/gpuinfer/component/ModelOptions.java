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
 * @param model its name
 * @param options values by the names of an endpoint's options
 */
record ModelOptions(String model, Map<String, Object> options) {

  private static final String SETTINGS = "settings";

  /**
   * Those of one model.
   *
   * @param all of all models: a map of options under the name of a model, or values under the name
   *     of a model, a dot and the name of an option, as Camel makes them of properties
   */
  static ModelOptions of(String model, Map<String, Object> all) {
    Map<String, Object> own = new HashMap<>();
    Object entry = all.getOrDefault(model, Map.of());
    if (!(entry instanceof Map<?, ?> options)) {
      throw new IllegalArgumentException(
          "models.%s of the component gpu-infer must name an option, as in models.%s.device=%s"
              .formatted(model, model, entry));
    }
    options.forEach((name, value) -> own.put(name.toString(), value));
    String prefix = model + ".";
    all.forEach(
        (key, value) -> {
          // The name of another model may begin with this one's and a dot.
          if (key.startsWith(prefix) && isOption(key.substring(prefix.length()))) {
            own.put(key.substring(prefix.length()), value);
          }
        });
    return new ModelOptions(model, own);
  }

  private static boolean isOption(String name) {
    return name.indexOf('.') < 0 || name.startsWith(SETTINGS + ".");
  }

  /** Takes the options out that are settings of the task, without what they begin with. */
  static Map<String, Object> takeSettings(Map<String, Object> options) {
    return PropertiesHelper.extractProperties(options, SETTINGS + ".");
  }

  /**
   * Sets them.
   *
   * @throws IllegalArgumentException when there is no such option, or a value does not fit
   */
  void apply(CamelContext context, GpuInferConfiguration configuration) {
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
