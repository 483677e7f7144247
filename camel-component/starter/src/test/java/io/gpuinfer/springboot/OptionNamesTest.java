package io.gpuinfer.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class OptionNamesTest {

  @Configuration
  @EnableAutoConfiguration
  static class App {}

  @Test
  void shouldNotStartWithAMisspeltOptionAndSayWhereItStands(
      @TempDir Path folder, CapturedOutput output) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("application.yaml"),
            """
            camel:
              component:
                gpu-infer:
                  device: cpu
                  models:
                    reader:
                      max-batch-sise: 4
            """);
    SpringApplicationBuilder application = new SpringApplicationBuilder(App.class);

    assertThatThrownBy(
            () -> application.run("--spring.config.location=file:" + file.toAbsolutePath()))
        .hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class);

    assertThat(output.getAll())
        .contains(
            "APPLICATION FAILED TO START",
            "camel.component.gpu-infer.models.reader.max-batch-sise",
            "application.yaml] - 7:27",
            "There is no option 'max-batch-sise'. Did you mean 'max-batch-size'?")
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "devise, Did you mean 'device'?",
    "requestTimout, Did you mean 'request-timeout'?",
    "model.reader.device, Did you mean 'models'?",
    "colour, of gpu-infer.",
    "models.reader.devise, Did you mean 'device'?",
    "models.reader.operation, of gpu-infer.",
    "models[reader.old].devise, Did you mean 'device'?",
    "models.reader.old.device, There is no option 'old'"
  })
  void shouldNameTheOptionThatWasMeant(String name, String message) {
    ConfigurableEnvironment environment =
        environment(Map.of("camel.component.gpu-infer." + name, "cpu"));

    assertThatThrownBy(() -> OptionNames.require(environment))
        .isInstanceOfSatisfying(
            InvalidConfigurationPropertyValueException.class,
            e -> assertThat(e.getReason()).contains(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "camel.component.gpu-infer.device",
        "camel.component.gpu-infer.maxBatchSize",
        "camel.component.gpu-infer.max-batch-size",
        "camel.component.gpu-infer.enabled",
        "camel.component.gpu-infer.customizer.enabled",
        "camel.component.gpu-infer.settings.limits.maxPixels",
        "camel.component.gpu-infer.models.reader.device",
        "camel.component.gpu-infer.models[reader.old].request_timeout",
        "camel.component.gpu-infer.models.reader.settings.limits.maxPixels",
        "camel.component.gpu-other.devise"
      })
  void shouldTakeEveryOptionInEveryWayToWriteIt(String name) {
    assertThatCode(() -> OptionNames.require(environment(Map.of(name, "1"))))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldReadVariablesOfTheEnvironment() {
    ConfigurableEnvironment right = new StandardEnvironment();
    right
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment",
                Map.of(
                    "CAMEL_COMPONENT_GPUINFER_MAXBATCHSIZE",
                    "1",
                    "CAMEL_COMPONENT_GPUINFER_MODELS_READER_REQUESTTIMEOUT",
                    "5s")));
    ConfigurableEnvironment wrong = new StandardEnvironment();
    wrong
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment", Map.of("CAMEL_COMPONENT_GPUINFER_DEVISE", "cpu")));

    assertThatCode(() -> OptionNames.require(right)).doesNotThrowAnyException();
    assertThatThrownBy(() -> OptionNames.require(wrong))
        .isInstanceOf(InvalidConfigurationPropertyValueException.class);
  }

  private static ConfigurableEnvironment environment(Map<String, Object> properties) {
    ConfigurableEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return environment;
  }
}
