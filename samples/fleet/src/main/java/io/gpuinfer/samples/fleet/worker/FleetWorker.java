package io.gpuinfer.samples.fleet.worker;

import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker of the fleet. What it does stands in {@code fleet/worker.yaml}; its options are those of
 * {@code application.properties}, which system properties ({@code -Dfleet.device=gpu}) and
 * variables of the environment ({@code FLEET_DEVICE=gpu}) replace.
 */
public final class FleetWorker {

  private static final Logger LOG = LoggerFactory.getLogger(FleetWorker.class);

  private FleetWorker() {}

  public static void main(String... args) throws Exception {
    Main main = new Main();
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeStart(BaseMainSupport starting) {
            new BrokerWait(property(starting, "fleet.brokers")).untilThere();
          }

          @Override
          public void afterStart(BaseMainSupport started) {
            LOG.info(
                "Worker {} is ready: it answers {} with model {}",
                property(started, "fleet.worker"),
                property(started, "fleet.requests"),
                property(started, "fleet.model"));
          }
        });
    main.run(args);
  }

  private static String property(BaseMainSupport main, String name) {
    CamelContext context = main.getCamelContext();
    return context.resolvePropertyPlaceholders("{{" + name + "}}");
  }
}
