package io.gpuinfer.samples;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.serving.device.DevicePolicy;
import org.apache.camel.CamelContext;
import org.apache.camel.mdc.MDCService;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** Starts the routes, and HTTP in front of them. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {

  private static final Logger LOG = LoggerFactory.getLogger(SampleApplication.class);

  public static void main(String[] args) {
    SpringApplication.run(SampleApplication.class, args);
  }

  @Bean
  DevicePolicy devicePolicy() {
    return DevicePolicy.installed();
  }

  /** Log lines of a request carry its id, on whichever threads its route goes on. */
  @Bean
  CamelContextConfiguration requestIdsInLogs() {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext context) {
        MDCService logs = new MDCService();
        logs.setCustomHeaders(GpuInferConstants.REQUEST_ID);
        logs.init(context);
      }

      @Override
      public void afterApplicationStart(CamelContext context) {}
    };
  }

  /** The demo reads the port from this line. */
  @EventListener
  void sayWhere(ApplicationReadyEvent ready) {
    if (ready.getApplicationContext() instanceof WebServerApplicationContext web) {
      LOG.info("Ready at port {}", web.getWebServer().getPort());
    }
  }
}
