package io.gpuinfer.component;

import io.gpuinfer.component.console.JsonRenderer;
import io.gpuinfer.component.console.Section;
import io.gpuinfer.component.console.TextRenderer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonObject;

/** Says what a load would take of the devices, from what the loaded models have taken so far. */
@DevConsole(
    name = "gpu-infer-capacity",
    displayName = "GPU Infer Capacity",
    description = "What a load takes: batches, throughput, latencies, memory, devices")
public class GpuInferCapacityDevConsole extends AbstractDevConsole {

  @Metadata(
      label = "query",
      description = "Plans only for the model of this name",
      javaType = "java.lang.String")
  public static final String MODEL = "model";

  @Metadata(
      label = "query",
      description =
          "Items per second that come by themselves; 0 for callers that wait for their answers",
      javaType = "double",
      defaultValue = "0")
  public static final String RATE = "rate";

  @Metadata(
      label = "query",
      description = "Callers, each with a dataset",
      javaType = "int",
      defaultValue = "32")
  public static final String CONCURRENCY = "concurrency";

  @Metadata(
      label = "query",
      description = "Items of a dataset",
      javaType = "long",
      defaultValue = "1000")
  public static final String ITEMS = "items";

  @Metadata(
      label = "query",
      description = "Milliseconds within which 99 of 100 answers are wanted; 0 for any",
      javaType = "long",
      defaultValue = "0")
  public static final String DEADLINE = "deadline";

  public GpuInferCapacityDevConsole() {
    super(
        "camel",
        "gpu-infer-capacity",
        "GPU Infer Capacity",
        "What a load takes: batches, throughput, latencies, memory, devices");
  }

  @Override
  protected String doCallText(Map<String, Object> options) {
    return new TextRenderer().render(report(options));
  }

  @Override
  protected JsonObject doCallJson(Map<String, Object> options) {
    return new JsonRenderer().render(report(options));
  }

  private Section report(Map<String, Object> options) {
    Object wanted = options.get(MODEL);
    long deadline = (long) number(options, DEADLINE, 0, 0, Duration.ofDays(1).toMillis());
    CapacityReport report =
        new CapacityReport(
            number(options, RATE, 0, 0, 1e9),
            (int) number(options, CONCURRENCY, 32, 1, 100_000),
            (long) number(options, ITEMS, 1000, 0, 1e15),
            deadline == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(deadline)));
    return report.of(
        new Components(getCamelContext())
            .models().stream()
                .filter(model -> wanted == null || model.key().model().equals(wanted.toString()))
                .toList());
  }

  private static double number(
      Map<String, Object> options, String name, double otherwise, double least, double most) {
    Object given = options.get(name);
    if (given == null) {
      return otherwise;
    }
    try {
      double value = Double.parseDouble(given.toString());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, as a number out of bounds is.
    }
    throw new IllegalArgumentException(
        "%s must be a number from %.0f to %.0f, but is: %s".formatted(name, least, most, given));
  }
}
