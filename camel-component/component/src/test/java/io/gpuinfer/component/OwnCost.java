package io.gpuinfer.component;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Measures what the component itself adds to a request: the time between the step before it and the
 * step after it, less what the request waited and what the device worked. The models are as small
 * as can be, since a large one on the same cores takes the caches from what is measured here.
 *
 * <p>A program, run by hand: {@code OwnCost [rounds]}.
 */
public final class OwnCost {

  private static final String IN = "in";
  private static final String OUT = "out";

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final ProducerTemplate template = context.createProducerTemplate();

  private OwnCost() {}

  public static void main(String... args) throws Exception {
    new OwnCost().measure(args.length > 0 ? Integer.parseInt(args[0]) : 4000);
    System.exit(0);
  }

  private void measure(int rounds) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target"), "own-cost");
    String tiny = TinyModelFile.in(folder);
    TinyModelFile.embeddingIn(folder);
    GpuInferComponent component = context.getComponent("gpu-infer", GpuInferComponent.class);
    component.setModelRepository(folder.toUri().toString());
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            route("tensor-cpu", "gpu-infer:tiny?device=cpu&modelUri=" + tiny);
            route("tensor-opencl", "gpu-infer:tiny?device=opencl&modelUri=" + tiny);
            route("embedding-cpu", "gpu-infer:words?device=cpu");
            route("embedding-opencl", "gpu-infer:words?device=opencl");
          }

          private void route(String name, String uri) {
            from("direct:" + name)
                .process(exchange -> exchange.setProperty(IN, System.nanoTime()))
                .to(uri)
                .process(exchange -> exchange.setProperty(OUT, System.nanoTime()));
          }
        });
    context.start();
    report("tensor-cpu", new float[] {1, 2, 3}, rounds);
    report("tensor-opencl", new float[] {1, 2, 3}, rounds);
    report("embedding-cpu", "A man is eating food.", rounds);
    report("embedding-opencl", "A man is eating food.", rounds);
    context.stop();
  }

  private void report(String route, Object body, int rounds) {
    double[] own = new double[rounds];
    double[] queue = new double[rounds];
    double[] compute = new double[rounds];
    for (int warming = 0; warming < 2; warming++) {
      for (int round = 0; round < rounds; round++) {
        Exchange exchange = template.request("direct:" + route, e -> e.getMessage().setBody(body));
        if (exchange.getException() != null) {
          throw new IllegalStateException(exchange.getException());
        }
        long nanos = exchange.getProperty(OUT, Long.class) - exchange.getProperty(IN, Long.class);
        queue[round] = 1e3 * header(exchange, GpuInferConstants.QUEUE_MILLIS);
        compute[round] = 1e3 * header(exchange, GpuInferConstants.COMPUTE_MILLIS);
        own[round] = nanos / 1e3 - queue[round] - compute[round];
      }
    }
    System.out.printf(
        "%-16s own us p50 %.1f p90 %.1f; queue p50 %.1f, compute p50 %.1f (%d requests)%n",
        route, at(own, 0.5), at(own, 0.9), at(queue, 0.5), at(compute, 0.5), rounds);
  }

  private static double header(Exchange exchange, String name) {
    return exchange.getMessage().getHeader(name, Double.class);
  }

  private static double at(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
