package io.gpuinfer.springboot;

import io.gpuinfer.serving.repository.Spelling;
import java.beans.PropertyDescriptor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * The names of properties below {@code camel.component.gpu-infer}. Spring Boot passes over those
 * that it does not know; an option with a slip in its name would be left as it is by default.
 */
final class OptionNames {

  private static final ConfigurationPropertyName PREFIX =
      ConfigurationPropertyName.of("camel.component.gpu-infer");

  private static final int FIRST = PREFIX.getNumberOfElements();
  private static final String MODELS = "models";

  /** Those of a component: an option of each property, and all models. */
  private static final List<String> OF_THE_COMPONENT =
      Stream.concat(
              Arrays.stream(BeanUtils.getPropertyDescriptors(GpuInferComponentConfiguration.class))
                  .map(PropertyDescriptor::getName)
                  .filter(name -> !name.equals("class")),
              Stream.of(MODELS))
          .toList();

  private static final List<String> OF_A_MODEL =
      Arrays.stream(GpuInferModels.Model.class.getRecordComponents())
          .map(RecordComponent::getName)
          .toList();

  private OptionNames() {}

  /**
   * Looks at all properties of an application.
   *
   * @throws InvalidConfigurationPropertyValueException for the first that is no option. When an
   *     application does not start for that, Spring Boot says in which file and line it stands
   */
  static void require(Environment environment) {
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource properties) {
        properties.stream()
            .filter(PREFIX::isAncestorOf)
            .forEach(name -> require(name, properties.getConfigurationProperty(name).getValue()));
      }
    }
  }

  private static void require(ConfigurationPropertyName name, Object value) {
    String first = name.getElement(FIRST, Form.UNIFORM);
    if (!first.equals(MODELS)) {
      require(name, value, FIRST, OF_THE_COMPONENT);
    } else if (name.getNumberOfElements() > FIRST + 2) {
      require(name, value, FIRST + 2, OF_A_MODEL);
    }
  }

  private static void require(
      ConfigurationPropertyName name, Object value, int element, List<String> known) {
    String written = name.getElement(element, Form.UNIFORM);
    if (known.stream().anyMatch(written::equalsIgnoreCase)) {
      return;
    }
    String option = name.getElement(element, Form.DASHED);
    Optional<String> meant =
        Spelling.nearest(option, known.stream().map(OptionNames::dashed).toList());
    throw new InvalidConfigurationPropertyValueException(
        name.toString(),
        value,
        "There is no option '%s'%s"
            .formatted(
                option, meant.map(". Did you mean '%s'?"::formatted).orElse(" of gpu-infer.")));
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
