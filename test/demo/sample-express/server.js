const express = require('express');

const version = 'version 1';

const app = express();

app.get('/', (_request, response) => {
  response.type('text').send(`Hello from ${version}\n`);
});

const server = app.listen(process.env.PORT || 3000, () => console.log(`${version} is listening`));

// ECS asks a task to end with SIGTERM; what is being answered is answered first.
process.on('SIGTERM', () => server.close(() => process.exit(0)));
