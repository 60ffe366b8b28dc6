#include "bridge/worker.hpp"

namespace ringbridge::bridge {

Worker::Worker(WorkerOptions options, Ports ports, std::shared_ptr<ledger::Backend> backend,
               hubspot::Pacer& pacer)
    : log_{ports.log, options.name},
      ledger_{std::move(backend), std::move(options.scope), ports.database, ports.reading,
              ports.clock.now()},
      session_store_{ledger_, ports.vault, ports.random, log_},
      receptionist_{std::move(options.profile),
                    options.receptionist_url,
                    std::move(options.credentials),
                    ports.http,
                    ports.clock,
                    log_,
                    session_store_,
                    std::move(options.agents)},
      client_{options.hubspot_url,
              std::move(options.hubspot_token),
              pacer,
              ports.http,
              ports.clock,
              ports.random,
              log_},
      bridge_{std::move(options.mapping),
              std::move(options.crm),
              options.rhythm,
              {receptionist_, client_, ledger_, ports.clock, ports.random, log_},
              {ports.vault, std::move(options.webhook_secrets)}},
      service_{std::move(options.service), bridge_, ports.clock, log_} {}

}  // namespace ringbridge::bridge
